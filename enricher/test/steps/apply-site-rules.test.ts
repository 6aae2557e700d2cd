import type { Hit } from '@pushtech/event';
import type { Site } from '@pushtech/store';
import { describe, expect, it } from 'vitest';
import { compileSiteRule } from '../../src/compile-site-rule.ts';
import { runSteps } from '../../src/run-steps.ts';
import { imported, pixel, posted, steps } from '../through.ts';

const url = 'https://www.shop.example/a';

/** Why the hit is dropped under these rules of `shop.example`; `undefined` = it is kept. */
const reasonOf = (rules: Partial<Site>, hit: Hit): string | undefined => {
  const outcome = runSteps(steps([], { 'shop.example': rules }), JSON.stringify(hit));
  if (outcome.verdict) expect(outcome).toMatchObject({ step: 'rules', verdict: { kind: 'drop' } });
  return outcome.verdict?.reason;
};

describe('origins', () => {
  it.each<[string, string, boolean]>([
    ['shop.example', 'https://shop.example/', true],
    ['shop.example', 'https://www.shop.example/x?y#z', true],
    ['www.shop.example', 'https://shop.example/', true],
    ['shop.example', 'http://user@SHOP.example:8080/', true],
    ['shop.example', 'https://blog.shop.example/', false],
    ['shop.example', 'https://shop.example.evil.example/', false],
    ['shop.example', 'https://notshop.example/', false],
    ['*.shop.example', 'https://blog.shop.example/', true],
    ['*.shop.example', 'https://a.b.shop.example/', true],
    ['*.shop.example', 'https://shop.example/', false],
    ['*.shop.example', 'https://notshop.example/', false],
    [' HTTPS://Shop.Example:443/start ', 'https://shop.example/', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['xn--bcher-kva.example', 'https://bücher.example/', true],
    ['localhost', 'http://localhost:3000/', true],
    ['127.0.0.1', 'http://127.0.0.1:3000/', true],
    ['[::1]', 'http://[::1]:3000/', true],
  ])('%s takes hits of a page at %s: %s', (origin, page, isTaken) => {
    const hit = posted({ site: 'shop.example', url: page });
    expect(reasonOf({ origins: [origin] }, hit)).toBe(isTaken ? undefined : 'origin');
    expect(reasonOf({ origins: ['other.example', origin] }, hit)).toBe(isTaken ? undefined : 'origin');
  });

  it('go by what the browser says before what the script says', () => {
    const origins = ['shop.example'];
    const elsewhere = { referer: 'https://evil.example/page' };
    expect(reasonOf({ origins }, posted({ url }, elsewhere))).toBe('origin');
    expect(reasonOf({ origins }, pixel('url=https://shop.example/', elsewhere))).toBe('origin');
    expect(reasonOf({ origins }, pixel('site=shop.example', elsewhere))).toBe('origin');
    const own = { referer: 'https://shop.example/' };
    expect(reasonOf({ origins }, posted({ site: 'shop.example', url: 'https://evil.example/' }, own))).toBe(
      undefined,
    );
  });

  it.each<[string, Hit]>([
    ['tells neither', posted({ site: 'shop.example' })],
    ['tells a path only', posted({ site: 'shop.example', url: '/a' })],
    ['has an empty Referer', posted({ site: 'shop.example' }, { referer: '' })],
    ['was imported', imported({ site: 'shop.example', url: 'https://evil.example/' })],
    ['is a heartbeat', posted({ site: 'shop.example', url: 'https://evil.example/' }, { run: 'heartbeat' })],
    ['is of another site', posted({ url: 'https://evil.example/' })],
    ['is of no site', posted({ url: 'https://<script>/' })],
  ])('keep a hit that %s', (_, hit) => {
    expect(reasonOf({ origins: ['shop.example'] }, hit)).toBeUndefined();
  });
});

describe('excluded addresses', () => {
  it.each<[string, string, boolean]>([
    ['81.2.69.142', '81.2.69.142', true],
    ['81.2.69.142', '81.2.69.143', false],
    ['81.2.69.142', '::ffff:81.2.69.142', true],
    ['::ffff:81.2.69.142', '81.2.69.142', true],
    ['81.2.69.0/24', '81.2.69.255', true],
    ['81.2.69.77/24', '81.2.69.1', true],
    ['81.2.69.0/24', '81.2.70.0', false],
    ['81.2.69.128/25', '81.2.69.127', false],
    ['0.0.0.0/0', '81.2.69.142', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::1', '2001:0DB8:0:0::1', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    [' 2001:db8::/32 ', '[2001:db8::1%eth0]', true],
    ['::/0', '2001:db8::1', true],
    ['81.2.69.142', 'not an address', false],
  ])('%s leave out hits from %s: %s', (entry, ip, isOut) => {
    expect(reasonOf({ excludedAddresses: [entry] }, posted({ url }, { ip }))).toBe(
      isOut ? 'address' : undefined,
    );
  });

  it('leave out imported hits by the address they carry, and keep hits without one', () => {
    const rules = { excludedAddresses: ['81.2.69.0/24'] };
    expect(reasonOf(rules, imported({ url, ip: '81.2.69.1' }))).toBe('address');
    expect(reasonOf(rules, imported({ url, ip: '1.1.1.1' }))).toBeUndefined();
    expect(reasonOf(rules, imported({ url }))).toBeUndefined();
    expect(reasonOf(rules, posted({ url, type: 'heartbeat' }, { run: 'heartbeat' }))).toBeUndefined();
  });
});

describe('excluded paths', () => {
  it.each<[string, string, boolean]>([
    ['/admin', 'https://shop.example/admin?x=1#y', true],
    ['/admin', 'https://shop.example/admin/', false],
    ['/admin', 'https://shop.example/Admin', false],
    ['/admin*', 'https://shop.example/admin', true],
    ['/admin*', 'https://shop.example/administrators', true],
    ['/admin/*', 'https://shop.example/admin/a/b', true],
    ['/admin/*', 'https://shop.example/admin', false],
    ['/a*b', 'https://shop.example/a*b', true],
    ['/a*b', 'https://shop.example/axb', false],
    ['/', 'https://shop.example', true],
    ['*', 'https://shop.example/any', true],
    ['/café', 'https://shop.example/caf%C3%A9', true],
    ['/café*', 'https://shop.example/caf%C3%A9/menu', true],
    ['/caf%C3%A9', 'https://shop.example/caf%C3%A9', true],
    ['/__proto__', 'https://shop.example/constructor', false],
  ])('%s leave out %s: %s', (entry, page, isOut) => {
    expect(reasonOf({ excludedPaths: [entry] }, posted({ url: page }))).toBe(isOut ? 'path' : undefined);
  });

  it('keep a hit without a page, and leave out imported ones too', () => {
    expect(reasonOf({ excludedPaths: ['*'] }, posted({ site: 'shop.example' }))).toBeUndefined();
    expect(reasonOf({ excludedPaths: ['/a'] }, imported({ url }))).toBe('path');
  });
});

describe('rules that cannot be read', () => {
  it('are named, and throw nothing away', () => {
    const unread: string[] = [];
    const rules = {
      origins: ['', '*', 'a b', 'https://'],
      excludedAddresses: [
        '',
        'x',
        '1.2.3',
        '1.2.3.4/33',
        '1.2.3.4/-1',
        '1.2.3.4/24/1',
        '::/129',
        '10.0.0.0/',
      ],
      excludedPaths: ['', ' '],
    };
    expect(compileSiteRule(rules, (entry) => unread.push(entry))).toBeUndefined();
    expect(unread).toEqual([...rules.origins, ...rules.excludedAddresses]);
    expect(compileSiteRule({})).toBeUndefined();
  });

  it('leave the others as they are', () => {
    expect(reasonOf({ origins: ['a b', 'other.example'] }, posted({ url }))).toBe('origin');
    expect(reasonOf({ excludedAddresses: ['x', '81.2.69.142'] }, posted({ url }))).toBe('address');
  });
});

it('leaves the reason that comes first: origin, address, path', () => {
  const rules = { origins: ['other.example'], excludedAddresses: ['0.0.0.0/0'], excludedPaths: ['*'] };
  expect(reasonOf(rules, posted({ url }))).toBe('origin');
  expect(reasonOf({ ...rules, origins: [] }, posted({ url }))).toBe('address');
  expect(reasonOf({ excludedPaths: ['*'] }, posted({ url }))).toBe('path');
});
