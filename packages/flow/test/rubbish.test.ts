import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { isId, newId } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import type { Ledger } from '@pushtech/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { header, hear, open, request, say, statuses } from './raw-http.ts';
import { dataFolder, getJson, postEvents, type Running, settled, spawnFlow } from './start-flow.ts';

interface Result {
  id?: string;
  error?: string;
  field?: string;
  message?: string;
}

const folder = dataFolder();
const naughty = naughtyStrings();
/** Ids that were answered: each must be counted in the end. */
const accepted: string[] = [];
let flow: Running;
let slowAnswers: Promise<string[]>;
let memoryBefore: number;

/** The sum of a counter's samples, whatever their labels, or of those with this one. */
const metric = async (name: string, label = ''): Promise<number> => {
  const text = await (await fetch(`${flow.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
};
const refusedFor = (reason: string) => metric('pushtech_tracker_hits_refused_total', `reason="${reason}"`);

/** A well-behaved event between the rubbish. */
const sendGood = async (): Promise<void> => {
  const response = await fetch(`${flow.url}/t/good?site=shop.example`);
  expect((await response.arrayBuffer()).byteLength).toBe(43);
  const id = response.headers.get('x-event-id') as string;
  expect(isId(id)).toBe(true);
  accepted.push(id);
};

/** One byte a second, for a body and for headers. */
const sendSlowly = async (begin: string): Promise<string> => {
  const socket = await open(flow.url);
  const answer = hear(socket, 25_000);
  socket.write(begin);
  const drip = setInterval(() => socket.writable && socket.write('a'), 1000);
  return answer.finally(() => clearInterval(drip));
};

beforeAll(async () => {
  flow = await spawnFlow(folder.path);
  slowAnswers = Promise.all([
    sendSlowly('POST /t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'),
    sendSlowly('GET /t/slow HTTP/1.1\r\nX-Slow: '),
  ]);
  for (let i = 0; i < 50; i++) await sendGood();
  memoryBefore = await metric('process_resident_memory_bytes');
});
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

const NOT_KEPT = /^[a-z_]+(; field=[\w.:%!'()*~-]+)?$/;

/** What a pixel's answer says; takes note of ids. */
const pixelOutcome = (id: string | null | undefined, notKept: string | null | undefined): string => {
  if (!id) expect(notKept).toMatch(NOT_KEPT);
  else {
    expect(isId(id)).toBe(true);
    accepted.push(id);
  }
  return notKept ?? 'kept';
};

const pixel = async (target: string): Promise<string> => {
  const response = await fetch(flow.url + target);
  expect(response.status).toBe(200);
  expect((await response.arrayBuffer()).byteLength).toBe(43);
  return pixelOutcome(response.headers.get('x-event-id'), response.headers.get('x-not-kept'));
};

const post = async (body: string | Uint8Array, headers: Record<string, string> = {}, query = '') => {
  const response = await fetch(`${flow.url}/t${query}`, {
    method: 'POST',
    body: body as never,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const answer = (await response.json()) as { results?: Result[]; error?: string; message?: string };
  for (const { id } of answer.results ?? []) if (id) accepted.push(id);
  return { status: response.status, ...answer };
};

/** Reserved names that take any text, and those that have a form of their own. */
const TEXTS = ['url', 'ref', 'title', 'vid', 'sid'];
const FORMS = ['type', 'id', 'site', 'at', 'sent', 'lat', 'lng', 'consent'];

describe('naughty strings', () => {
  it('in every field of a pixel: kept, or not kept with the field named', async () => {
    const encode = (text: string) => encodeURIComponent(text.toWellFormed());
    const one = async (text: string): Promise<void> => {
      const value = encode(text);
      for (const name of TEXTS) expect(await pixel(`/t/a?${name}=${value}`)).toMatch(/^kept$|value_too_long/);
      for (const name of FORMS.slice(1)) {
        expect(await pixel(`/t/a?${name}=${value}`)).toMatch(
          new RegExp(`^kept$|field=(${name}|${name === 'lat' ? 'lng' : 'lat'})$`),
        );
      }
      // `.` and `..` as a path of their own are resolved by the client before they are sent.
      if (!/^\.{0,2}$/.test(text)) expect(await pixel(`/t/${value}`)).toMatch(/^kept$|field=type$/);
      await pixel(`/t/a?${value}=1&b=${value}`);
    };
    const waiting = [...naughty];
    const work = async () => {
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) await one(text);
    };
    await Promise.all([work(), work(), work(), work()]);
    await sendGood();
  }, 60_000);

  it('in every field of a POST: taken, or refused with the field named', async () => {
    for (const text of naughty) {
      const items = [
        ...[...TEXTS, ...FORMS].map((name) => ({ type: 'a', lng: 1, lat: 1, [name]: text })),
        { type: 'a', [text]: text },
        { type: 'a', properties: { [text]: text } },
        { type: 'a', properties: { deep: { [text]: [text] } } },
        text,
      ];
      const { status, results = [] } = await post(JSON.stringify(items));
      expect(status).toBe(202);
      results.forEach(({ id, error, field, message }, index) => {
        if (id) return;
        const name = [...TEXTS, ...FORMS, text.slice(0, 64), text.slice(0, 64), 'deep', ''][index];
        expect({ error, field }).toEqual({ error: expect.stringMatching(/^[a-z_]+$/), field: name });
        expect(message).toBeTruthy();
      });
    }
  }, 60_000);

  it('in the headers, as bytes: a pixel, or 400 where HTTP itself forbids them', async () => {
    const names = ['User-Agent', 'Referer', 'Accept-Language', 'Sec-CH-UA', 'Sec-CH-UA-Platform'];
    for (const text of naughty) {
      const bytes = Buffer.from(text).toString('latin1');
      const answer = await say(
        flow.url,
        request(
          '/t/a',
          names.map((name) => `${name}: ${bytes}`),
        ),
      );
      const [status] = statuses(answer);
      expect([200, 400]).toContain(status);
      if (status === 200) pixelOutcome(header(answer, 'X-Event-Id'), header(answer, 'X-Not-Kept'));
    }
    await sendGood();
  }, 60_000);
});

const BAD_UTF8 = Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf5, 0x80]);
const deep = (n: number): string => '['.repeat(n) + ']'.repeat(n);
const deepObject = (n: number): string => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
const spaces = gzipSync(Buffer.alloc(50_000_000, ' '));

/** Body, headers, status, and error with field: of the body as a whole, or of its first item. */
const bodies: [string, string | Buffer, Record<string, string>, number, string, string?][] = [
  ['no UTF-8', Buffer.concat([Buffer.from('{"type":"'), BAD_UTF8, Buffer.from('"}')]), {}, 400, 'not_utf8'],
  ['no UTF-8, packed', gzipSync(BAD_UTF8), { 'content-encoding': 'gzip' }, 400, 'not_utf8'],
  ['nothing', '', {}, 400, 'not_json'],
  ['half an object', '{"type":"a"', {}, 400, 'not_json'],
  ['a NUL', '\0', {}, 400, 'not_json'],
  ['100,000 open brackets', '['.repeat(100_000), {}, 400, 'not_json'],
  ['100,000 lists in each other', deep(100_000), {}, 400, 'item_invalid', ''],
  ['100,000 objects in each other', deepObject(100_000), {}, 400, 'type_invalid', 'type'],
  ['a property 100,000 deep', `{"type":"a","x":${deep(100_000)}}`, {}, 400, 'too_deep', 'x'],
  ['properties 100,000 deep', `{"type":"a","properties":${deepObject(99_000)}}`, {}, 400, 'too_deep', 'a'],
  ['__proto__', '{"type":"a","__proto__":{"x":1}}', {}, 400, 'name_forbidden', '__proto__'],
  ['constructor', '{"type":"a","constructor":1}', {}, 400, 'name_forbidden', 'constructor'],
  [
    '__proto__ for properties',
    '{"type":"a","properties":{"__proto__":1}}',
    {},
    400,
    'name_forbidden',
    '__proto__',
  ],
  ['__proto__ further down', '{"type":"a","x":{"y":[{"__proto__":1}]}}', {}, 400, 'name_forbidden', 'x'],
  ['__proto__ as its type', '{"__proto__":{"type":"a"}}', {}, 400, 'type_invalid', 'type'],
  ['a prototype for a type', '{"type":"a","at":{"__proto__":1}}', {}, 400, 'value_invalid', 'at'],
  ['a number for a type', '{"type":7}', {}, 400, 'type_invalid', 'type'],
  ['a list for a type', '{"type":["a"]}', {}, 400, 'type_invalid', 'type'],
  ['a type of a million characters', `{"type":"${'a'.repeat(1_000_000)}"}`, {}, 400, 'type_invalid', 'type'],
  ['an object for an url', '{"type":"a","url":{}}', {}, 400, 'value_invalid', 'url'],
  ['null for a title', '{"type":"a","title":null}', {}, 400, 'value_invalid', 'title'],
  ['a text for properties', '{"type":"a","properties":"x"}', {}, 400, 'value_invalid', 'properties'],
  ['a list for properties', '{"type":"a","properties":[]}', {}, 400, 'value_invalid', 'properties'],
  ['an endless number', '{"type":"a","x":1e999}', {}, 400, 'value_invalid', 'x'],
  ['a latitude beyond the pole', '{"type":"a","lat":91,"lng":0}', {}, 400, 'value_invalid', 'lat'],
  ['a latitude alone', '{"type":"a","lat":9}', {}, 400, 'value_invalid', 'lng'],
  ['a date before its time', '{"type":"a","at":"1969-12-31"}', {}, 400, 'at_out_of_range', 'at'],
  ['a date of year 275760', '{"type":"a","at":8640000000000000}', {}, 400, 'at_out_of_range', 'at'],
  ['a date past all dates', '{"type":"a","at":8640000000000001}', {}, 400, 'value_invalid', 'at'],
  ['a clock past all dates', '{"type":"a","at":1,"sent":1e300}', {}, 400, 'value_invalid', 'sent'],
  ['the 31st of February', '{"type":"a","at":"2026-02-31T25:00"}', {}, 400, 'value_invalid', 'at'],
  [
    '2,000 names',
    JSON.stringify({
      type: 'a',
      ...Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`n${n}`, n])),
    }),
    {},
    400,
    'too_many',
    '',
  ],
  ['501 events', JSON.stringify(Array(501).fill({ type: 'a' })), {}, 413, 'too_many'],
  ['2 MB', ' '.repeat(2_000_000), {}, 413, 'too_large'],
  ['a bomb', spaces, { 'content-encoding': 'gzip' }, 413, 'too_large'],
  [
    'a bomb in pieces',
    Buffer.concat(Array(40).fill(gzipSync(Buffer.alloc(100_000, ' ')))),
    { 'content-encoding': 'gzip' },
    413,
    'too_large',
  ],
  ['a bomb in a parcel', gzipSync(spaces), { 'content-encoding': 'gzip' }, 400, 'not_utf8'],
  [
    'a bomb that says it is two',
    gzipSync(spaces),
    { 'content-encoding': 'gzip, gzip' },
    415,
    'content_encoding',
  ],
  [
    'half a parcel',
    gzipSync('{"type":"a"}').subarray(0, 20),
    { 'content-encoding': 'gzip' },
    400,
    'not_gzip',
  ],
  ['no parcel', '{"type":"a"}', { 'content-encoding': 'gzip' }, 400, 'not_gzip'],
  ['XML', '<a/>', { 'content-type': 'application/xml' }, 415, 'content_type'],
  ['a content type that is none', '{"type":"a"}', { 'content-type': ';;/\u00ff' }, 415, 'content_type'],
  [
    'somebody else\u2019s address',
    '{"type":"a","ip":"1.2.3.4","ua":[]}',
    { authorization: 'Bearer x' },
    403,
    'forbidden',
    'ip',
  ],
];

describe('a POST', () => {
  it.each(bodies)('of %s is refused with its reason', async (_what, body, headers, status, error, field) => {
    const before = await refusedFor(error);
    const answer = await post(body, headers);
    const said: Result = answer.results?.[0] ?? (answer as Result);
    expect({ status: answer.status, error: said.error }).toEqual({ status, error });
    if (field !== undefined) expect(said.field).toBe(field);
    expect(said.message).toBeTruthy();
    expect(await refusedFor(error)).toBe(before + 1);
    await sendGood();
  });

  it('with an unknown wish is refused, and the wish is named', async () => {
    for (const [query, field] of [
      ['?ack=never', 'ack'],
      ['?ack=durable&ack=durable', 'ack'],
      ['?run=a%20b', 'run'],
      ['?run=a&run=b', 'run'],
    ] as const) {
      expect(await post('{"type":"a"}', {}, query)).toMatchObject({ status: 400, field });
    }
  });

  it('of good and bad lines keeps the good ones', async () => {
    const lines = [
      '{"type":"a"}',
      '{"type":',
      deep(50_000),
      '\ufeff{"type":"a"}',
      '{"type":"b"}\r',
      '__proto__',
    ];
    const { status, results = [] } = await post(lines.join('\n'), { 'content-type': 'text/plain' });
    expect(status).toBe(202);
    expect(results.map(({ error }) => error)).toEqual([
      undefined,
      'not_json',
      'item_invalid',
      'not_json',
      undefined,
      'not_json',
    ]);
  });
});

describe('a pixel', () => {
  const many = Array.from({ length: 2000 }, (_, n) => `${n}`).join('&');
  it.each([
    ['invalid UTF-8 in percent signs', '/t/a?x=%ff%c3%28&%ed%a0%80=%', 'kept'],
    ['a broken percent sign for a type', '/t/%zz', 'type_invalid; field=type'],
    ['no type', '/t/', 'type_invalid; field=type'],
    ['a very long type', `/t/${'a'.repeat(5000)}`, 'type_invalid; field=type'],
    ['__proto__ for a type', '/t/__proto__', 'kept'],
    ['__proto__ for a name', '/t/a?__proto__=1', 'name_forbidden; field=__proto__'],
    [
      'constructor for a name',
      '/t/a?constructor[prototype]=1&constructor=1',
      'name_forbidden; field=constructor',
    ],
    ['2,000 names', `/t/a?${many.slice(0, 8000)}`, 'too_many'],
    ['a value of 2 KB', `/t/a?x=${'a'.repeat(2000)}`, 'value_too_long; field=x'],
    ['a name of 1 KB', `/t/a?${'a'.repeat(1000)}=1`, `name_too_long; field=${'a'.repeat(64)}`],
    ['an address of 9 KB', `/t/a?x=${'a'.repeat(9000)}`, 'url_too_long; field=url'],
    ['a date out of range', '/t/a?at=1969-01-01', 'at_out_of_range; field=at'],
  ])('with %s is a pixel', async (_what, target, outcome) => {
    const answer = await say(flow.url, request(target));
    expect(statuses(answer)).toEqual([200]);
    expect(header(answer, 'Content-Length')).toBe('43');
    expect(pixelOutcome(header(answer, 'X-Event-Id'), header(answer, 'X-Not-Kept'))).toBe(outcome);
  });
});

describe('what is hardly HTTP', () => {
  const chunked = (chunks: string) =>
    `${request('/t', ['Transfer-Encoding: chunked', 'Content-Type: application/json'], 'POST')}${chunks}`;
  const good = '{"type":"a"}';
  it.each<[string, string, number[]]>([
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
    ['an address of another host', request('http://elsewhere.example/t/abs'), [404]],
    ['an offer of HTTP/2', request('/t/h2c', ['Upgrade: h2c']).replace('close', 'Upgrade, close'), [200]],
    ['a websocket elsewhere', request('/t/ws', ['Upgrade: websocket']).replace('close', 'Upgrade'), [404]],
    ['an expectation', request('/t/a', ['Expect: everything']), [417]],
    ['CONNECT', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', []],
  ])('%s is answered and closed', async (_what, bytes, codes) => {
    const answer = await say(flow.url, bytes);
    expect(statuses(answer)).toEqual(codes);
    const id = header(answer, 'X-Event-Id');
    if (id) accepted.push(id);
    await sendGood();
  });

  it('pipelined: good events before, between and after bad ones are kept', async () => {
    const body = '{"type":"piped"}';
    const more = (text: string) => text.replace('Connection: close\r\n', '');
    const answer = await say(
      flow.url,
      more(request('/t/one')) +
        more(request('/t/no%20good')) +
        more(request('/t', [`Content-Length: ${body.length}`], 'POST')) +
        body +
        more(request('/t/two')) +
        request('/t/three'),
    );
    expect(statuses(answer)).toEqual([200, 200, 202, 200, 200]);
    for (const [, id] of answer.matchAll(/X-Event-Id: (\S+)|"id":"([^"]+)"/g)) if (id) accepted.push(id);
    accepted.push(/"id":"([^"]+)"/.exec(answer)?.[1] as string);
  });

  it('bodies that are cut off count as received and dropped, once each', async () => {
    const before = [await refusedFor('cut_off'), await metric('pushtech_tracker_hits_received_total')];
    const start = 'POST /t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const cuts = 30;
    for (let n = 0; n < cuts; n++) {
      const socket = await open(flow.url);
      socket.write(`${start}${n % 2 ? 'Content-Length: 1000' : 'Transfer-Encoding: chunked'}\r\n\r\n`);
      socket.write(n % 2 ? '[{"type":"half"},' : '20\r\n[{"type":"half"},');
      await sleep(5);
      if (n % 3 === 0) socket.resetAndDestroy();
      else if (n % 3 === 1) socket.destroy();
      else {
        const answer = hear(socket);
        socket.end();
        expect(statuses(await answer)).toEqual([400]);
      }
    }
    await sleep(800);
    expect((await refusedFor('cut_off')) - (before[0] as number)).toBe(cuts);
    expect((await metric('pushtech_tracker_hits_received_total')) - (before[1] as number)).toBe(cuts);
  });

  it('senders of one byte a second are told that they are too slow', async () => {
    for (const answer of await slowAnswers) {
      expect(statuses(answer)).toEqual([408]);
      expect(answer).toContain('"error":"too_slow"');
    }
  }, 30_000);
});

describe('questions about numbers', () => {
  const day = 'from=2026-01-01&to=2026-01-02';
  it.each([
    ['/stats/summary?form=2026-01-01', 'form'],
    ['/stats/summary?__proto__=1', '__proto__'],
    ['/stats/summary?from=yesterday', 'from'],
    ['/stats/summary?from=2026-13-01', 'from'],
    ['/stats/summary?from=2026-01-01&from=2026-01-02', 'from'],
    ['/stats/summary?from=2026-01-02&to=2026-01-01', 'to'],
    ['/stats/summary?to=%ff', 'to'],
    ['/stats/summary?bots=maybe', 'bots'],
    ['/stats/summary?tz=Mars/Olympus', 'tz'],
    ['/stats/summary?tz=__proto__', 'tz'],
    ['/stats/summary?format=xml', 'format'],
    ['/stats/summary?type=a&type=b', 'type'],
    ['/stats/series?interval=year', 'interval'],
    [`/stats/series?interval=minute&from=2026-01-01T00:00Z&to=2026-01-07T22:41Z`, 'interval'],
    [`/stats/series?${day}&dimension=__proto__&value=x`, 'dimension'],
    [`/stats/series?${day}&dimension=&value=x`, 'dimension'],
    ['/stats/series?value=x', 'dimension'],
    ['/stats/top', 'dimension'],
    ['/stats/top?dimension=constructor', 'dimension'],
    ['/stats/top?dimension=properties.%27%3BDROP%20TABLE', 'dimension'],
    ['/stats/top?dimension=path&limit=0', 'limit'],
    ['/stats/top?dimension=path&limit=1e9', 'limit'],
    ['/stats/top?dimension=path&limit=NaN', 'limit'],
    ['/stats/top?dimension=path&limit[]=5', 'limit[]'],
    ['/stats/ledger?from=x', 'from'],
    ['/stats/ledger?run=a&run=b', 'run'],
    ['/stats/ledger?site=a', 'site'],
  ])('%s is refused and its field named', async (path, field) => {
    const response = await fetch(flow.url + path);
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^[a-z_]+$/),
      field,
      message: expect.any(String),
    });
  });

  it('a value of 8 KB is refused', async () => {
    const response = await fetch(`${flow.url}/stats/summary?site=${'a'.repeat(8193)}`);
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 400,
      field: 'site',
    });
  });

  it('with naughty strings for every value are answered or refused, by JSON and CSV', async () => {
    for (const [index, text] of naughty.entries()) {
      const value = encodeURIComponent(text.toWellFormed());
      const name = ['from', 'tz', 'bots', 'limit', 'dimension', 'site', 'type'][index % 7] as string;
      const more = name === 'dimension' ? '' : 'dimension=path&';
      const response = await fetch(`${flow.url}/stats/top?${more}format=csv&${name}=${value}`);
      await response.text();
      expect([200, 400]).toContain(response.status);
    }
  }, 60_000);
});

describe('the live viewer\u2019s websocket', () => {
  const connect = async (query = '') => {
    const socket = new WebSocket(`${flow.url.replace('http', 'ws')}/kafidx/stream${query}`);
    const errors: string[] = [];
    socket.onmessage = ({ data }) => {
      const { error } = JSON.parse(String(data)) as { error?: { code: string; message: string } };
      if (error) errors.push(`${error.code} ${error.message}`);
    };
    const closed = new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code);
    });
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return { socket, errors, closed };
  };

  it('answers messages it does not understand with an error, and goes on', async () => {
    const messages: [string | Uint8Array<ArrayBuffer>, RegExp][] = [
      ['', /^not_json/],
      ['{"filter":', /^not_json/],
      [deep(4000), /^message_unknown/],
      ['{"__proto__":{"pause":true}}', /^message_unknown/],
      ['{"filter":{"__proto__":1}}', /^filter_unknown .*__proto__/],
      ['{"filter":{"constructor":1}}', /^filter_unknown .*constructor/],
      ['{"filter":{"country":"Germany"}}', /^filter_invalid country/],
      ['{"filter":{"type":{"a":1}}}', /^filter_invalid type/],
      ['{"filter":{"bots":"maybe"}}', /^filter_invalid bots/],
      ['{"pause":1}', /^message_unknown/],
      ['{"pause":true,"filter":{}}', /^message_unknown/],
      [new Uint8Array([1, 2, 3]), /^not_json/],
    ];
    const { socket, errors } = await connect('?nonsense=1');
    for (const [message] of messages) socket.send(message);
    for (let wait = 0; wait < 100 && errors.length <= messages.length; wait++) await sleep(20);
    expect(errors).toEqual(
      [/^filter_unknown/, ...messages.map(([, error]) => error)].map((e) => expect.stringMatching(e)),
    );
    socket.close();
  });

  it('closes on what is too long, too much or no websocket frame', async () => {
    const long = await connect();
    long.socket.send('x'.repeat(10_000));
    expect(await long.closed).toBe(1009);
    const much = await connect();
    for (let n = 0; n < 100; n++) much.socket.send('{}');
    expect(await much.closed).toBe(1008);
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const upgrade = request('/kafidx/stream', [
      'Upgrade: websocket',
      key,
      'Sec-WebSocket-Version: 13',
    ]).replace('close', 'Upgrade');
    const socket = await open(flow.url);
    const answer = hear(socket);
    socket.write(upgrade);
    await sleep(100);
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(statuses(await answer)).toEqual([101]);
    expect(statuses(await say(flow.url, upgrade.replace('13', '99')))).toEqual([400]);
    expect(statuses(await say(flow.url, upgrade.replace(key, 'X: y')))).toEqual([400]);
    const gone = await open(flow.url);
    gone.write(upgrade);
    gone.resetAndDestroy();
    await sendGood();
  });
});

it('afterwards every answered event is counted, the books balance, and the process is as it was', async () => {
  expect((await postEvents(flow.url, [{ type: 'last', id: newId() }])).status).toBe(202);
  const received = await metric('pushtech_tracker_hits_received_total');
  const ledger = await settled(flow.url, received, '', 20_000);
  expect(ledger.received).toBe(received);
  expect(ledger.dead).toBe(0);
  expect(ledger.kept).toBe(accepted.length + 1);
  expect(ledger.counted).toBe(new Set(accepted.map((id) => id.toLowerCase())).size + 1);
  const everything = `${flow.url}/stats/ledger?from=1990-01-01&to=2100-01-01`;
  expect(await getJson<Ledger>(everything)).toMatchObject({ received, dead: 0 });

  expect(flow.child.exitCode).toBeNull();
  expect(await getJson(`${flow.url}/readyz`)).toMatchObject({
    status: expect.stringMatching(/^(ok|degraded)$/),
  });
  const grown = (await metric('process_resident_memory_bytes')) - memoryBefore;
  console.log(`memory grew by ${Math.round(grown / 1e6)} MB`);
  expect(grown).toBeLessThan(250_000_000);
});
