import { describe, expect, it } from 'vitest';
import { eventOf, posted } from '../through.ts';

describe('campaign', () => {
  it.each([
    [
      '?utm_source=news&utm_medium=email&utm_campaign=may&utm_term=hats&utm_content=top',
      { source: 'news', medium: 'email', name: 'may', term: 'hats', content: 'top' },
    ],
    ['?a=b&utm_source=caf%C3%A9+au+lait', { source: 'café au lait' }],
    ['?utm_source=café', { source: 'café' }],
    ['?utm_source=50%', { source: '50%' }],
    ['?utm_source=first&utm_source=second', { source: 'first' }],
    ['?utm_source=&utm_medium=x', { medium: 'x' }],
    ['?gclid=Abc-1', { source: 'google', clickId: 'gclid=Abc-1' }],
    ['?utm_source=own&gclid=Abc', { source: 'own', clickId: 'gclid=Abc' }],
    ['?fbclid=IwAR', { source: 'facebook', clickId: 'fbclid=IwAR' }],
    ['?msclkid=1', { source: 'bing', clickId: 'msclkid=1' }],
    ['?li_fat_id=1', { source: 'linkedin', clickId: 'li_fat_id=1' }],
    ['?yclid=1', { source: 'yandex', clickId: 'yclid=1' }],
    ['?wbraid=1', { source: 'google', clickId: 'wbraid=1' }],
    ['?UTM_SOURCE=x', undefined],
    ['?utm_unknown=x', undefined],
    ['#?utm_source=x', undefined],
    ['/utm_source=x', undefined],
    ['', undefined],
  ])('of %s is %j', (rest, campaign) => {
    expect(eventOf(posted({ url: `https://shop.example/${rest}` })).campaign).toEqual(campaign);
  });
});
