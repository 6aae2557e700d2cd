import type { Hit } from '@pushtech/event';
import { describe, expect, it } from 'vitest';
import { eventOf, imported, pixel, posted } from '../through.ts';

const referer = 'https://header.test/from?x=1';
const request = (target: string): Hit =>
  imported({ type: 'request', site: 'log.invalid', url: `https://log.invalid${target}` });

const table: [Hit, { host: string; path: string; title?: string } | undefined][] = [
  [
    pixel('url=https%3A%2F%2FShop.Example%3A8080%2Fa%2Fb%3Fc%3Dd%23e&title=Hats'),
    { host: 'shop.example', path: '/a/b', title: 'Hats' },
  ],
  [posted({ url: 'http://shop.example' }), { host: 'shop.example', path: '/' }],
  [posted({ url: 'http://shop.example?x' }), { host: 'shop.example', path: '/' }],
  [posted({ url: 'http://me:secret@shop.example/a' }), { host: 'shop.example', path: '/a' }],
  [posted({ url: 'http://[2001:db8::1]:80/a' }), { host: '[2001:db8::1]', path: '/a' }],
  [posted({ url: 'https://a.test/%7Ejoe//../%E9?' }), { host: 'a.test', path: '/%7Ejoe//../%E9' }],
  [posted({ url: '/only/a/path?x' }), { host: '', path: '/only/a/path' }],
  [posted({ url: 'javascript:alert(1)' }), { host: '', path: 'javascript:alert(1)' }],
  [posted({ url: 'app://com.example/screen' }), { host: 'com.example', path: '/screen' }],
  [posted({ url: 'https://a.test/app#/shop/hats?x=1' }), { host: 'a.test', path: '/app#/shop/hats' }],
  [posted({ url: 'https://a.test/#!shop&x=1' }), { host: 'a.test', path: '/#!shop' }],
  [posted({ url: 'https://a.test/#/' }), { host: 'a.test', path: '/' }],
  [posted({ url: 'https://a.test/#top' }), { host: 'a.test', path: '/' }],
  [request('/app#/shop'), { host: 'log.invalid', path: '/app' }],
  [pixel('', { referer }), { host: 'header.test', path: '/from' }],
  [posted({}, { referer }), { host: 'header.test', path: '/from' }],
  [pixel('', { referer: 'https://a.test/cafÃ©' }), { host: 'a.test', path: '/café' }],
  [pixel('url=https://own.test/', { referer }), { host: 'own.test', path: '/' }],
  [imported({}, { referer }), undefined],
  [pixel(''), undefined],
  [request('/blog/%E9%zz/../x?y#z'), { host: 'log.invalid', path: '/blog/%E9%zz/../x' }],
  [request('*'), { host: 'log.invalid', path: '*' }],
  [request('http://other.test/x?y'), { host: 'log.invalid', path: 'http://other.test/x' }],
];

describe('page', () => {
  it.each(table)('of %j is %j', (hit, page) => {
    const { url, ...rest } = eventOf(hit).page ?? {};
    expect(Object.keys(rest).length === 0 ? undefined : rest).toEqual(page);
  });

  it('keeps the address whole', () => {
    const url = 'https://shop.example/a?b=c#d';
    expect(eventOf(posted({ url })).page?.url).toBe(url);
  });
});
