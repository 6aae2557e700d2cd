import { expect, it } from 'vitest';
import { blockedBy, type Loads, parsePolicies } from '../src/sites/check/csp.ts';

const page = new URL('https://shop.example/cart');
const script = 'https://trk.example.org/t.js';

/** What stands in the way of a page of shop.example. */
const blocked = (text: string, loads: Loads = 'script', url = script, nonce?: string) =>
  parsePolicies(text)
    .map((policy) => blockedBy(policy, { loads, url: new URL(url), page, nonce }))
    .find(Boolean);

it.each<[string, string | undefined, Loads?, string?]>([
  ['', undefined],
  ["default-src 'none'", 'default-src'],
  ["default-src 'self'", 'default-src'],
  ["default-src 'self'", undefined, 'script', 'https://shop.example/t.js'],
  ["script-src 'self'; default-src *", 'script-src'],
  ["script-src-elem 'self'; script-src *", 'script-src-elem'],
  ['script-src https:', undefined],
  ['script-src http:', undefined],
  ['script-src *', undefined],
  ['script-src trk.example.org', undefined],
  ['script-src HTTPS://TRK.EXAMPLE.ORG', undefined],
  ['script-src http://trk.example.org', undefined],
  ['script-src *.example.org', undefined],
  ['script-src *.trk.example.org', 'script-src'],
  ['script-src example.org', 'script-src'],
  ['script-src https://trk.example.org:8443', 'script-src'],
  ['script-src https://trk.example.org:*', undefined],
  ['script-src https://trk.example.org/t.js', undefined],
  ['script-src https://trk.example.org/other.js', 'script-src'],
  ['script-src https://trk.example.org/js/', 'script-src'],
  ["script-src 'strict-dynamic' https://trk.example.org", 'script-src'],
  ["script-src 'nonce-abc'", 'script-src'],
  ['connect-src https://trk.example.org', undefined, 'connect', 'https://trk.example.org/t'],
  ["connect-src 'self'", 'connect-src', 'connect', 'https://trk.example.org/t'],
  ["img-src 'self' data:", 'img-src', 'img', 'https://trk.example.org/t/pageview'],
  ["SCRIPT-SRC 'self'; script-src *", 'script-src'],
  ["script-src *, default-src 'self'", 'default-src'],
  ['upgrade-insecure-requests; ;  ', undefined],
])('%s → %s', (policy, directive, loads, url) => {
  expect(blocked(policy, loads, url)).toBe(directive);
});

it('lets a script with the right nonce pass, also under strict-dynamic', () => {
  expect(blocked("script-src 'nonce-abc' 'strict-dynamic'", 'script', script, 'abc')).toBeUndefined();
  expect(blocked("script-src 'nonce-abc'", 'script', script, 'abd')).toBe('script-src');
});
