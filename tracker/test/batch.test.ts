import { gzipSync } from 'node:zlib';
import { isId } from '@pushtech/event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_TOKEN, type Started, startTracker } from './start-tracker.ts';

describe('POST /t', () => {
  let tracker: Started;
  let locked: Started;
  beforeAll(async () => {
    tracker = await startTracker();
    locked = await startTracker({ password: 'a password' });
  });
  afterAll(async () => {
    await tracker.close();
    await locked.close();
  });

  const post = async (
    body: string | Buffer,
    headers: Record<string, string> = {},
    path = '/t',
    to = tracker,
  ) => {
    const response = await fetch(to.url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, never> & { results: Record<string, string>[] },
      headers: response.headers,
    };
  };

  it.each([
    ['an object', '{"type":"a"}', {}, 1],
    ['an array', '[{"type":"a"},{"type":"b"}]', {}, 2],
    [
      'one per line',
      '{"type":"a"}\n{"type":"b"}\n\n{"type":"c"}\n',
      { 'content-type': 'application/x-ndjson' },
      3,
    ],
    ['what sendBeacon sends', '{"type":"a"}', { 'content-type': 'text/plain;charset=UTF-8' }, 1],
    ['gzip', gzipSync('[{"type":"a"},{"type":"b"}]'), { 'content-encoding': 'gzip' }, 2],
  ])('takes %s', async (_what, body, headers, n) => {
    const answer = await post(body, headers as Record<string, string>);
    expect(answer.status).toBe(202);
    expect(answer.body.results).toHaveLength(n);
    for (const { id } of answer.body.results) expect(isId(id)).toBe(true);
    const { hits, received } = await tracker.drain();
    expect(hits).toHaveLength(n);
    expect(received).toBe(n);
  });

  it('judges every item alone and answers in the order sent', async () => {
    const id = '0190f3a0-0000-7000-8000-0000000000ff';
    const answer = await post(
      JSON.stringify([
        { type: 'good', id },
        { type: '' },
        7,
        { type: 'good', at: '1969-01-01' },
        { type: 'good' },
      ]),
    );
    expect(answer.status).toBe(202);
    expect(answer.body.results).toMatchObject([
      { id },
      { error: 'type_invalid', field: 'type' },
      { error: 'item_invalid' },
      { error: 'at_out_of_range', field: 'at' },
      { id: expect.any(String) },
    ]);
    const { hits, dropped, received } = await tracker.drain();
    expect(hits).toHaveLength(2);
    expect(dropped.map(({ reason }) => reason)).toEqual(['type_invalid', 'item_invalid', 'at_out_of_range']);
    expect(received).toBe(5);
  });

  it('a broken line condemns only itself', async () => {
    const answer = await post('{"type":"a"}\n{"type":\n{"type":"b"}', {
      'content-type': 'application/x-ndjson',
    });
    expect(answer.body.results).toMatchObject([
      { id: expect.any(String) },
      { error: 'not_json' },
      { id: expect.any(String) },
    ]);
    await tracker.drain();
  });

  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  it.each([
    ['no JSON', 'hello', {}, 400, 'not_json'],
    ['nothing', '', {}, 400, 'not_json'],
    ['an empty list', '[]', {}, 400, 'empty'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400, 'not_utf8'],
    ['a form', 'type=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'content_type'],
    ['brotli', 'x', { 'content-encoding': 'br' }, 415, 'content_encoding'],
    ['gzip that is none', 'x', { 'content-encoding': 'gzip' }, 400, 'not_gzip'],
    ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }, 413, 'too_large'],
    ['a body over 1 MB', `"${'x'.repeat(1_100_000)}"`, {}, 413, 'too_large'],
    ['501 events', JSON.stringify(Array.from({ length: 501 }, () => ({ type: 'a' }))), {}, 413, 'too_many'],
  ])('refuses %s as a whole, says why and counts it', async (_what, body, headers, status, error) => {
    const answer = await post(body as string | Buffer, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) } });
    const { dropped, received, hits } = await tracker.drain();
    expect(hits).toEqual([]);
    expect(received).toBe(1);
    expect(dropped).toMatchObject([{ reason: error, n: 1 }]);
  });

  it.each([
    ['100,000 levels', `{"type":"a","k":${deep}}`, 'k'],
    ['five levels', '{"type":"a","k":[[[[[1]]]]]}', 'k'],
    ['__proto__ as a name', '{"type":"a","__proto__":{"x":1}}', '__proto__'],
    ['__proto__ inside properties', '{"type":"a","properties":{"__proto__":1}}', '__proto__'],
    ['a number as url', '{"type":"a","url":1}', 'url'],
    [
      '65 properties',
      JSON.stringify({
        type: 'a',
        properties: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i])),
      }),
      'properties',
    ],
  ])('refuses an item with %s, naming the field', async (_what, body, field) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.results[0]).toMatchObject({ error: expect.any(String), field });
    await tracker.drain();
  });

  it('with ack=durable answers only once the buffer holds the events', async () => {
    const answer = await post(
      JSON.stringify(Array.from({ length: 250 }, () => ({ type: 'a' }))),
      {},
      '/t?ack=durable',
    );
    expect(answer.status).toBe(202);
    expect((await tracker.buffer.status()).entries).toBeGreaterThanOrEqual(3);
    expect((await tracker.drain()).hits).toHaveLength(250);
  });

  it('answers 503 with Retry-After when a durable event cannot be stored', async () => {
    const small = await startTracker({ bufferUrl: 'sqlite::memory:?maxBytes=10' });
    const answer = await post('{"type":"a"}', {}, '/t?ack=durable', small);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body.results[0]).toMatchObject({ error: 'unavailable' });
    await small.close();
  });

  describe('imports', () => {
    const item = { type: 'request', ip: '81.2.69.142', ua: 'curl/8', lang: 'en', at: '2015-05-17T10:05:03Z' };

    it('are open where the screens are open', async () => {
      const answer = await post(JSON.stringify(item), {}, '/t?run=one');
      expect(answer.status).toBe(202);
      const { hits } = await tracker.drain();
      expect(hits[0]).toMatchObject({
        via: 'import',
        run: 'one',
        item: { ip: '81.2.69.142', at: Date.parse(item.at) },
      });
      expect(hits[0]?.ip).toBeUndefined();
    });

    it('are 403, naming the field, without the scope', async () => {
      const answer = await post(JSON.stringify(item), {}, '/t', locked);
      expect(answer.status).toBe(403);
      expect(answer.body.results[0]).toMatchObject({ error: 'forbidden', field: 'ip' });
    });

    it('are taken with a token', async () => {
      const answer = await post(
        JSON.stringify({ type: 'a', at: '1995-01-01' }),
        { authorization: `Bearer ${API_TOKEN}` },
        '/t',
        locked,
      );
      expect(answer.status).toBe(202);
    });

    it('are not taken from a page of another site', async () => {
      const answer = await post(JSON.stringify(item), { origin: 'https://evil.example' });
      expect(answer.status).toBe(403);
      await tracker.drain();
    });

    it('do not lift the limits of what is no import', async () => {
      const answer = await post(JSON.stringify({ type: 'a', at: '2015-05-17T10:05:03Z' }));
      expect(answer.body.results[0]).toMatchObject({ error: 'at_out_of_range', field: 'at' });
      await tracker.drain();
    });
  });

  it('lets any site send, with credentials, and answers the preflight', async () => {
    const preflight = await fetch(`${tracker.url}/t`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/content-type/i);
  });
});
