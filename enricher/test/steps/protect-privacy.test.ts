import { describe, expect, it } from 'vitest';
import { eventOf, posted } from '../through.ts';

describe('privacy', () => {
  it.each([
    ['81.2.69.142', '81.2.69.0'],
    ['::ffff:81.2.69.142', '81.2.69.0'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8::'],
    ['2001:0db8:0000:0001::', '2001:db8::'],
    ['2001:0:00ab::1', '2001:0:ab::'],
    ['::1', '::'],
    ['0:0:7::', '0:0:7::'],
    ['[fe80::1%eth0]', 'fe80::'],
    ['64:ff9b::81.2.69.142', '64:ff9b::'],
    ['not an address', undefined],
    ['', undefined],
  ])('masks %s as %s', (ip, masked) => {
    expect(eventOf(posted({}, { ip })).ip).toBe(masked);
  });

  it.each([
    ['https://a.test/p?q=hat&page=2#top', 'https://a.test/p?q=hat&page=2#top'],
    ['https://a.test/?password=x&q=1', 'https://a.test/?password=***&q=1'],
    ['https://a.test/?Token=x', 'https://a.test/?Token=***'],
    ['https://a.test/?access_token=x&id_token=y', 'https://a.test/?access_token=***&id_token=***'],
    ['https://a.test/?code=4%2F0A', 'https://a.test/?code=***'],
    ['https://a.test/?api_key=x&apikey=y&key=z', 'https://a.test/?api_key=***&apikey=***&key=***'],
    ['https://a.test/?user[password]=x', 'https://a.test/?user[password]=***'],
    ['https://a.test/?user%5Bpassword%5D=x', 'https://a.test/?user%5Bpassword%5D=***'],
    ['https://a.test/?who=joe%40example.org', 'https://a.test/?who=***'],
    ['https://a.test/?joe@example.org', 'https://a.test/?***'],
    ['https://a.test/?email=', 'https://a.test/?email='],
    ['https://a.test/#access_token=x&state=1', 'https://a.test/#access_token=***&state=1'],
    ['https://a.test/#/reset?code=x&page=1', 'https://a.test/#/reset?code=***&page=1'],
    ['https://joe:pw@a.test/', 'https://a.test/'],
    [
      'https://a.test/?monkey=x&author=y&keyword=z&passage=w',
      'https://a.test/?monkey=x&author=y&keyword=z&passage=w',
    ],
    ['https://a.test/@joe', 'https://a.test/@joe'],
    ['?', '?'],
  ])('shows %s as %s', (url, shown) => {
    expect(eventOf(posted({ url })).page?.url).toBe(shown);
  });

  it('leaves no full address anywhere in the event', () => {
    expect(JSON.stringify(eventOf(posted({ url: 'https://a.test/' })))).not.toContain('81.2.69.142');
  });
});
