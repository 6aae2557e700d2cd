import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createOwnHosts } from '../src/own-hosts.ts';

const at = (host: string, url = '/') => ({ headers: { host }, url }) as IncomingMessage;

const pattern = createOwnHosts('https://{service}.example.org');
const one = createOwnHosts('https://stats.example.org');
const none = createOwnHosts('');

/** Ways to write an address so that a check and a browser read it differently. */
const tricks = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/%0a/evil.example\n',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'http://evil.example',
  '//www.example.org',
  'https://www.example.org@evil.example/',
  'https://www.example.org:x@evil.example/',
  'https://www.example.org\\@evil.example/',
  'https://www.example.org\\.evil.example/',
  'https://www.example.org.evil.example/',
  'https://evil.example/https://www.example.org/',
  'https://evil.example?https://www.example.org/',
  'https://evil.example#https://www.example.org/',
  'https://www.example.orgevil.example/',
  'https://evil.example\\.www.example.org',
  'https://wwwxexample.org/',
  'https://evil.example.org/',
  'https://example.org/',
  'https://www.example.org:8443/',
  'http://www.example.org/',
  'https://user@www.example.org/',
  'https://www.example.org\t.evil.example/',
  'https://www.example.org?x',
  'https://www。example.org/',
  'https://ｗｗｗ.example.org/',
  'HTTPS://evil.example',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'javascript://www.example.org/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://www.example.org/x',
  'about:blank',
  'www.example.org',
  '.',
  '..//evil.example',
  '/a\r\nSet-Cookie: x=y',
  '/a b',
  '/ä',
  '',
  `/${'a'.repeat(3000)}`,
  undefined,
  null,
  7,
  ['/a', '/b'],
  { toString: () => '/a' },
];

describe('after the sign-in', () => {
  it.each(tricks)('%j leads to the start page', (to) => {
    for (const hosts of [pattern, one, none]) expect(hosts.safeTarget(to)).toBe('/');
  });

  it.each(['/', '/kafidx?site=a&bots=0#x', '/a//b', '/@evil.example', '/https://evil.example'])(
    '%s leads there, on this site',
    (to) => {
      for (const hosts of [pattern, one, none]) expect(hosts.safeTarget(to)).toBe(to);
    },
  );

  it('an address of one of our hosts leads there, where PUBLIC_URL says that it is ours', () => {
    expect(pattern.safeTarget('https://kafidx.example.org/kafidx?site=a')).toBe(
      'https://kafidx.example.org/kafidx?site=a',
    );
    expect(one.safeTarget('https://kafidx.example.org/kafidx')).toBe('/');
    expect(one.safeTarget('https://stats.example.org/x')).toBe('https://stats.example.org/x');
    expect(none.safeTarget('https://stats.example.org/x')).toBe('/');
  });

  it('whatever a browser makes of an answer stays on our hosts', () => {
    for (const to of tricks) {
      const target = new URL(pattern.safeTarget(to), 'https://www.example.org/auth/sign-in');
      expect(target.origin).toBe('https://www.example.org');
    }
  });
});

describe('the domain of a cookie', () => {
  it.each([
    ['https://{service}.example.org', 'kafidx.example.org', 'example.org'],
    ['http://{service}.pushtech.test', 'www.pushtech.test', 'pushtech.test'],
    ['https://{service}.example.org:8443', 'www.example.org:8443', 'example.org'],
    ['https://{service}-live.a.example.org', 'www-live.a.example.org', 'a.example.org'],
    ['https://{service}.example.org', 'other.example.org', undefined],
    ['https://{service}.example.org', 'localhost:8080', undefined],
    ['http://{service}.localhost', 'www.localhost', undefined],
    ['https://example.org/{service}', 'example.org', undefined],
    ['https://stats.example.org', 'stats.example.org', undefined],
    ['', 'www.example.org', undefined],
  ])('by %s on %s is %s', (publicUrl, host, domain) => {
    expect(createOwnHosts(publicUrl).cookieDomain(at(host))).toBe(domain);
  });
});

describe('an origin', () => {
  it.each([
    ['https://www.example.org', 'kafidx.example.org', true],
    ['https://kafidx.example.org', 'kafidx.example.org', true],
    ['http://www.example.org', 'kafidx.example.org', false],
    ['https://evil.example.org', 'kafidx.example.org', false],
    ['https://www.example.org.evil.example', 'kafidx.example.org', false],
    ['null', 'kafidx.example.org', false],
    ['', 'kafidx.example.org', false],
  ])('%s at %s is ours: %s', (origin, host, ours) => {
    expect(pattern.isOurs(origin, at(host))).toBe(ours);
  });
});

describe('the way back', () => {
  it('names the host where services have their own', () => {
    expect(pattern.addressOf(at('kafidx.example.org', '/kafidx?a=b'))).toBe(
      'https://kafidx.example.org/kafidx?a=b',
    );
    expect(pattern.addressOf(at('localhost:8084', '/kafidx'))).toBe('/kafidx');
    expect(none.addressOf(at('kafidx.example.org', '/kafidx'))).toBe('/kafidx');
  });
});
