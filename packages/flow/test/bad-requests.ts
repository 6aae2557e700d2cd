import { BAD_UTF8 } from './bad-bodies.ts';
import { request } from './raw-http.ts';

const chunked = (chunks: string) =>
  `${request('/t', ['Transfer-Encoding: chunked', 'Content-Type: application/json'], 'POST')}${chunks}`;
const good = '{"type":"a"}';
/** What, the bytes as latin1, the status codes answered. */
export const requests: [string, string, number[]][] = [
  ['1 MB of headers', request('/t/a', Array(1000).fill(`X-Big: ${'a'.repeat(1000)}`)), [431]],
  ['a header of 1 MB', request('/t/a', [`Cookie: ${'a'.repeat(1_000_000)}`]), [431]],
  ['an address of 1 MB', request(`/t/a?x=${'a'.repeat(1_000_000)}`), [431]],
  ['2,000 headers', request('/t/a', Array(2000).fill('A: b')), [431]],
  ['100 headers', request('/t/a', Array(100).fill('A: b')), [200]],
  ['two lengths', request('/t', ['Content-Length: 12', 'Content-Length: 13'], 'POST') + good, [400]],
  [
    'a length and chunks',
    request('/t', ['Content-Length: 12', 'Transfer-Encoding: chunked'], 'POST') + good,
    [400],
  ],
  ['a length below zero', request('/t', ['Content-Length: -1'], 'POST') + good, [400]],
  ['a length of 1e99', request('/t', [`Content-Length: ${'9'.repeat(99)}`], 'POST') + good, [400]],
  ['a length of 5 MB', request('/t', ['Content-Length: 5000000'], 'POST') + good, [413]],
  ['a chunk size that is none', chunked('zz\r\n{}\r\n0\r\n\r\n'), [400]],
  ['a chunk size of 2^80', chunked('ffffffffffffffffffff\r\n{}\r\n0\r\n\r\n'), [400]],
  ['a chunk longer than it says', chunked(`2\r\n${good}\r\n0\r\n\r\n`), [400]],
  ['chunk extensions of 100 KB', chunked(`2;${'a'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`), [413]],
  ['HTTP/1.0 without Host', 'GET /t/old HTTP/1.0\r\n\r\n', [200]],
  ['HTTP/1.1 without Host', 'GET /t/a HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
  ['HTTP/9.9', 'GET /t/a HTTP/9.9\r\nHost: a\r\n\r\n', [400]],
  ['no HTTP', `${BAD_UTF8.toString('latin1')}\r\n\r\n`, [400]],
  ['a folded header', 'GET /t/a HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nConnection: close\r\n\r\n', [400]],
  ['bytes that are not UTF-8 in an address', request(`/t/a?x=${BAD_UTF8.toString('latin1')}`), [400]],
  ['bytes for a type', request(`/t/${BAD_UTF8.toString('latin1')}`), [400]],
  ['a NUL in a header', request('/t/a', ['X: a\0b']), [400]],
  ['HEAD', request('/t/a', [], 'HEAD'), [200]],
  ['PUT', request('/t', ['Content-Length: 0'], 'PUT'), [404]],
  ['DELETE', request('/t/a', [], 'DELETE'), [404]],
  ['POST to a type', `${request('/t/a', ['Content-Length: 2'], 'POST')}{}`, [404]],
  ['a method of its own', request('/t/a', [], 'FOO'), [400]],
  ['an address that cannot be read', request('/%zz%ff'), [400]],
  ['an address of another host', request('http://elsewhere.example/t/abs'), [200]],
  ['an address of another host alone', request('http://elsewhere.example'), [200]],
  ['a star', request('*'), [404]],
  ['the pixel in percent signs', request('/%74/a?x=1'), [404]],
  ['an offer of HTTP/2', request('/t/h2c', ['Upgrade: h2c']).replace('close', 'Upgrade, close'), [200]],
  ['a websocket elsewhere', request('/t/ws', ['Upgrade: websocket']).replace('close', 'Upgrade'), [404]],
  ['an expectation', request('/t/a', ['Expect: everything']), [417]],
  ['CONNECT', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', []],
];
