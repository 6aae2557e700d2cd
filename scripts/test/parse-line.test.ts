import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Flaw, type Format, type LogLine, parseLine } from '../src/replay/parse-line.ts';

const TIME = '[17/May/2015:10:05:03 +0000]';
const line = (parts: { client?: string; time?: string; rest?: string } = {}): string =>
  `${parts.client ?? '1.2.3.4 - -'} ${parts.time ?? TIME} ${parts.rest ?? '"GET / HTTP/1.1" 200 5 "-" "-"'}`;

const read = (text: string, format: Format = 'auto'): LogLine => {
  const result = parseLine(text, format);
  if (typeof result === 'string') throw new Error(`${result}: ${text}`);
  return result;
};

const fixture = (name: string): string[] =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

describe('parseLine', () => {
  test('reads every field of a combined line', () => {
    const rest = '"POST /a%20b?x=1#y HTTP/1.1" 302 1234 "http://ref.example/?q" "Agent/1.0 (x; y)"';
    expect(read(line({ client: '2001:db8::1 - frank', rest }))).toEqual({
      client: '2001:db8::1',
      at: Date.UTC(2015, 4, 17, 10, 5, 3),
      method: 'POST',
      target: '/a%20b?x=1#y',
      status: 302,
      bytes: 1234,
      referrer: 'http://ref.example/?q',
      agent: 'Agent/1.0 (x; y)',
    });
  });

  test.each<[string, string]>([
    ['1.2.3.4 - -', '1.2.3.4'],
    ['::1 - -', '::1'],
    ['monitoring-server - -', 'monitoring-server'],
    ['1.2.3.4 ident frank', '1.2.3.4'],
    ['1.2.3.4 - Frank of the [North]', '1.2.3.4'],
    ['1.2.3.4 - ', '1.2.3.4'],
    ['1.2.3.4 -', '1.2.3.4'],
    ['vhost.example 1.2.3.4 - -', '1.2.3.4'],
    ['vhost.example:443 10.0.0.7 - -', '10.0.0.7'],
    ['vhost.example client.example - -', 'client.example'],
    ['10.0.0.2, 10.0.0.1, 127.0.0.1 - -', '10.0.0.2'],
    ['10.0.0.2, 10.0.0.1, 85.181.35.98 - -', '85.181.35.98'],
    ['85.181.35.98, 8.8.8.8 - -', '85.181.35.98'],
    ['unknown, 8.8.8.8 - -', '8.8.8.8'],
    ['"10.5.102.222, 199.96.1.1, 204.246.1.1" 10.2.1.185 - -', '199.96.1.1'],
    ['"-" 10.2.1.185 - -', '10.2.1.185'],
    [
      '2a03:0000:10ff:f00f:0000:0000:0:8000, 10.225.192.17 10.2.2.121 - -',
      '2a03:0000:10ff:f00f:0000:0000:0:8000',
    ],
    ['fd00::7, fe80::1, 2a03::8 - -', '2a03::8'],
  ])('takes the client from %j', (client, expected) => {
    expect(read(line({ client })).client).toBe(expected);
  });

  test.each<[string, number]>([
    ['[01/Jan/2000:00:00:00 +0000]', Date.UTC(2000, 0, 1)],
    ['[29/Feb/2024:23:59:59 -0330]', Date.UTC(2024, 2, 1, 3, 29, 59)],
    ['[26/Dec/2016:16:16:29 +0200]', Date.UTC(2016, 11, 26, 14, 16, 29)],
    ['[31/Dec/2016:23:59:60 +0000]', Date.UTC(2017, 0, 1)],
  ])('reads the time %s', (time, at) => {
    expect(read(line({ time })).at).toBe(at);
  });

  test.each<[string, string, string]>([
    ['"GET / HTTP/1.1" 200 5', 'GET', '/'],
    ['"GET /two words HTTP/1.1" 200 5', 'GET', '/two words'],
    ['"GET /old" 200 5', 'GET', '/old'],
    ['"GET http://other.example/x?y HTTP/1.1" 200 5', 'GET', 'http://other.example/x?y'],
    ['"CONNECT host.example:443 HTTP/1.1" 405 5', 'CONNECT', 'host.example:443'],
    ['"OPTIONS * HTTP/1.0" 200 5', 'OPTIONS', '*'],
    [String.raw`"GET /a\"b\\c HTTP/1.1" 200 5`, 'GET', '/a"b\\c'],
    [String.raw`"GET /caf\xc3\xa9\xff HTTP/1.1" 200 5`, 'GET', String.raw`/caf\xc3\xa9\xff`],
    [String.raw`"GET /caf\xC3\xA9 HTTP/1.1" 200 5`, 'GET', '/café'],
  ])('takes method and target from %s', (rest, method, target) => {
    expect(read(line({ rest }))).toMatchObject({ method, target });
  });

  test('keeps a referrer whose bytes are no UTF-8 as it is written', () => {
    const [found] = fixture('apache_edge_cases.log');
    expect(found).toBeDefined();
    const rest = String.raw`"GET / HTTP/1.0" 200 1 "http://\xe4\xe5\xe3.\xf0\xf4/" "A \"quoted\" agent"`;
    expect(read(line({ rest }))).toMatchObject({
      referrer: String.raw`http://\xe4\xe5\xe3.\xf0\xf4/`,
      agent: 'A "quoted" agent',
    });
  });

  test.each<[Format, string, Partial<LogLine>]>([
    ['auto', '"GET / HTTP/1.1" 200 -', { bytes: undefined, agent: undefined }],
    ['auto', '"GET / HTTP/1.1" 200 5 0.003', { bytes: 5, agent: undefined }],
    ['auto', '"GET / HTTP/1.1" 200 5 "-" "A" "-" 0.1 "x', { bytes: 5, agent: 'A' }],
    ['auto', '"GET / HTTP/1.1" 200 5 "" ""', { referrer: undefined, agent: undefined }],
    ['common', '"GET / HTTP/1.1" 200 5 "r" "A', { referrer: undefined, agent: undefined }],
    ['combined', '"GET / HTTP/1.1" 200 5 "r" "A"', { referrer: 'r', agent: 'A' }],
  ])('as %s takes what it needs from %s', (format, rest, expected) => {
    expect(read(line({ rest }), format)).toMatchObject(expected);
  });

  test.each<[Flaw, string, Format?]>([
    ['empty', ''],
    ['time', 'no log line at all'],
    ['time', line({ time: '[31/Jun/2015:10:05:03 +0000]' })],
    ['time', line({ time: '[17/Mai/2015:10:05:03 +0000]' })],
    ['time', line({ time: '[17/May/2015:24:05:03 +0000]' })],
    ['time', line({ time: '[17/May/2015:10:05:03 00000]' })],
    ['client', `${TIME} "GET / HTTP/1.1" 200 5`],
    ['client', line({ client: '- - -' })],
    ['request', line({ rest: '"-" 408 -' })],
    ['request', line({ rest: '"" 400 0 "-" "-"' })],
    ['request', line({ rest: '"GET HTTP/1.1" 400 0' })],
    ['request', line({ rest: String.raw`"\x16\x03\x01\x02" 400 226 "-" "-"` })],
    ['request', line({ rest: String.raw`"\x16\x03 \x01" 400 226 "-" "-"` })],
    ['request', line({ rest: '"GET / HTTP/1.1' })],
    ['request', line({ rest: String.raw`"GET / HTTP/1.1\" 200 5` })],
    ['request', line({ rest: 'GET / HTTP/1.1 200 5' })],
    ['status', line({ rest: '"GET / HTTP/1.1"' })],
    ['status', line({ rest: '"GET / HTTP/1.1" - 5' })],
    ['status', line({ rest: '"GET / HTTP/1.1" 2000 5' })],
    ['bytes', line({ rest: '"GET / HTTP/1.1" 200' })],
    ['bytes', line({ rest: '"GET / HTTP/1.1" 200 5x' })],
    ['referrer', line({ rest: '"GET / HTTP/1.1" 200 5 "http://x' })],
    ['referrer', line({ rest: '"GET / HTTP/1.1" 200 5' }), 'combined'],
    ['agent', line({ rest: '"GET / HTTP/1.1" 200 5 "-" "Mozilla' })],
    ['agent', line({ rest: '"GET / HTTP/1.1" 200 5 "-"' })],
  ])('names the flaw %s of %j', (flaw, text, format = 'auto') => {
    expect(parseLine(text, format)).toBe(flaw);
  });

  test('reads the edge cases of Apache and nginx, each line kept or named with its flaw', () => {
    const outcome = (name: string) =>
      fixture(name).map((text) => {
        const result = parseLine(text, 'auto');
        return typeof result === 'string' ? result : result.client;
      });
    expect(outcome('apache_edge_cases.log')).toEqual([
      ...['::1', '192.168.33.1', 'request', '172.17.0.1', 'monitoring-server', 'request', '123.123.123.123'],
    ]);
    expect(outcome('nginx_edge_cases.log')).toEqual([
      ...['10.0.0.2', '172.17.0.1', '85.181.35.98', '85.181.35.98', '199.96.1.1'],
      ...['2a03:0000:10ff:f00f:0000:0000:0:8000', 'request'],
    ]);
  });

  test.each([
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['brackets', '['],
    ['spaces', ' '],
    ['commas', ','],
    ['dashes', ' - '],
    ['escapes', '\\x41'],
  ])('takes time in proportion to the length of a line full of %s', (_, unit) => {
    const long = (n: number) => [
      line({ client: unit.repeat(n) }),
      line({ rest: `"GET ${unit.repeat(n)} HTTP/1.1" 200 5` }),
      line({ rest: `"GET / HTTP/1.1" 200 5 "${unit.repeat(n)}" "${unit.repeat(n)}"` }),
    ];
    const start = performance.now();
    for (const text of long(60_000)) parseLine(text, 'auto');
    expect(performance.now() - start).toBeLessThan(500);
  });
});
