import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createIsHttps, createReadAddress } from '../src/index.ts';

const from = (remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

describe('the client\u2019s address', () => {
  it.each([
    ['nobody declared: the socket', [], '::ffff:192.0.2.1', '6.6.6.6', '192.0.2.1', 'socket'],
    ['a stranger\u2019s header', ['10.0.0.0/8'], '192.0.2.1', '6.6.6.6', '192.0.2.1', 'socket'],
    ['a declared proxy', ['10.0.0.0/8'], '10.1.1.1', '192.0.2.7', '192.0.2.7', 'x-forwarded-for'],
    [
      'two of them',
      ['10.0.0.0/8'],
      '10.1.1.1',
      '6.6.6.6, 192.0.2.7, 10.2.2.2',
      '192.0.2.7',
      'x-forwarded-for',
    ],
    [
      'rubbish in the list',
      ['10.0.0.0/8'],
      '10.1.1.1',
      '192.0.2.7, <script>, 10.2.2.2',
      '10.2.2.2',
      'x-forwarded-for',
    ],
    ['only rubbish', ['10.0.0.0/8'], '10.1.1.1', ', ,%00,unknown', '10.1.1.1', 'socket'],
    ['a port and brackets', ['::1'], '::1', '[2001:db8::7]:443', '2001:db8::7', 'x-forwarded-for'],
    ['one hop', ['1'], '10.1.1.1', '6.6.6.6, 192.0.2.7', '192.0.2.7', 'x-forwarded-for'],
    ['no hop', ['0'], '10.1.1.1', '192.0.2.7', '10.1.1.1', 'socket'],
  ])('%s', (_what, proxies, socket, header, address, source) => {
    const read = createReadAddress(proxies);
    expect(read(from(socket, { 'x-forwarded-for': header }))).toEqual({ address, from: source });
  });
});

describe('whether the client speaks TLS', () => {
  it.each([
    ['a declared proxy says so', ['10.0.0.0/8'], '10.1.1.1', 'https', true],
    ['it says http', ['10.0.0.0/8'], '10.1.1.1', 'http', false],
    ['it adds its own word to the client\u2019s', ['10.0.0.0/8'], '10.1.1.1', 'https, http', false],
    ['somebody else says so', ['10.0.0.0/8'], '192.0.2.1', 'https', false],
    ['nobody is declared', [], '10.1.1.1', 'https', false],
    ['one hop is', ['1'], '10.1.1.1', 'HTTPS', true],
  ])('%s', (_what, proxies, socket, said, secure) => {
    expect(createIsHttps(proxies)(from(socket, { 'x-forwarded-proto': said }))).toBe(secure);
  });
});
