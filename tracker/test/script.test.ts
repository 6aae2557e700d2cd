import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { SettingsError } from '@pushtech/service';
import { tagScript } from '@pushtech/tag/built';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrackerSettings } from '../src/config.ts';
import { type Started, startTracker } from './start-tracker.ts';

interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** A request with just these headers, and its answer as it came over the wire. */
const get = (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Answer['headers'],
          body: Buffer.concat(parts),
        }),
      );
    })
      .on('error', reject)
      .end();
  });

describe('the script and the further paths', () => {
  let tracker: Started;
  beforeAll(async () => {
    tracker = await startTracker({ tagNames: ['s.js', 'app/stats.js'], trackPaths: ['/hello', '/a/b'] });
  });
  afterAll(() => tracker.close());

  it('gives the script to pages of any origin, to be kept for an hour', async () => {
    const { status, headers, body } = await get(`${tracker.url}/t.js`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
      vary: 'Accept-Encoding',
    });
    expect(body.toString()).toBe(tagScript('t.js', '/t'));
  });

  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ] as const)('packs it for who accepts %s', async (accepted, encoding, unpack) => {
    const { headers, body } = await get(`${tracker.url}/t.js`, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(body.length).toBeLessThan(4096);
    expect(unpack(body).toString()).toBe(tagScript('t.js', '/t'));
  });

  it('sends nothing again to who has it', async () => {
    const { headers } = await get(`${tracker.url}/t.js`);
    const known = { 'if-none-match': `"other", ${headers.etag}` };
    const again = await get(`${tracker.url}/t.js`, known);
    expect(again).toMatchObject({ status: 304, headers: { etag: headers.etag } });
    expect(again.body.length).toBe(0);
    expect((await get(`${tracker.url}/s.js`, known)).status).toBe(200);
  });

  it('serves the same script under further names, which sends to the first further path', async () => {
    expect((await get(`${tracker.url}/s.js`)).body.toString()).toContain('"./hello"');
    expect((await get(`${tracker.url}/app/stats.js`)).body.toString()).toContain('"../hello"');
    expect((await get(`${tracker.url}/other.js`)).status).toBe(404);
  });

  it.each(['/hello', '/a/b'])('takes pixels and posts at %s as at /t', async (path) => {
    const pixel = await get(`${tracker.url}${path}/signup?plan=pro`);
    expect(pixel.headers['content-type']).toBe('image/gif');
    expect(pixel.headers['x-event-id']).toBeDefined();
    const posted = await fetch(tracker.url + path, {
      method: 'POST',
      body: '[{"type":"a"},{"type":"no type"}]',
    });
    expect(posted.status).toBe(202);
    const asked = await fetch(tracker.url + path, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    });
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    const tooLarge = await fetch(tracker.url + path, { method: 'POST', body: 'x'.repeat(1_100_000) });
    expect(tooLarge.status).toBe(413);
    const { hits, received, dropped } = await tracker.drain();
    expect(hits.map(({ type, via }) => [type, via])).toEqual([
      ['signup', 'pixel'],
      ['a', 'post'],
    ]);
    expect(received).toBe(4);
    expect(dropped.map(({ reason }) => reason).sort()).toEqual(['too_large', 'type_invalid']);
  });

  it('takes nothing at paths that only begin so', async () => {
    for (const path of ['/hellothere/x', '/a/x', '/a/bc/x', '/hello'])
      expect((await get(tracker.url + path)).status).toBe(404);
    expect((await tracker.drain()).hits).toEqual([]);
  });

  it('tells crawlers to load the script and to leave hits alone', async () => {
    const robots = (await get(`${tracker.url}/robots.txt`)).body.toString();
    for (const line of ['Allow: /t.js', 'Allow: /app/stats.js', 'Disallow: /t', 'Disallow: /hello'])
      expect(robots.split('\n')).toContain(line);
  });

  it('is described in /docs', async () => {
    const text = (await get(`${tracker.url}/docs/json`)).body.toString();
    expect(Object.keys((JSON.parse(text) as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/t.js', '/s.js', '/hello']),
    );
  });
});

it('serves t.js alone by default', async () => {
  const tracker = await startTracker();
  expect((await get(`${tracker.url}/t.js`)).status).toBe(200);
  expect((await get(`${tracker.url}/s.js`)).status).toBe(404);
  await tracker.close();
});

it.each([
  { TAG_NAMES: 's' },
  { TAG_NAMES: '../s.js' },
  { TAG_NAMES: '/s.js' },
  { TAG_NAMES: 'a//s.js' },
  { TAG_NAMES: 's.js?x' },
  { TRACK_PATHS: 'hello' },
  { TRACK_PATHS: '/' },
  { TRACK_PATHS: '/stats' },
  { TRACK_PATHS: '/kafidx/x' },
  { TRACK_PATHS: '/hello/../stats' },
  { TRACK_PATHS: '/:type' },
])('refuses to start with %j', (settings) => {
  expect(() => readTrackerSettings(settings)).toThrow(SettingsError);
});

it('takes lists of names and paths', () => {
  const settings = readTrackerSettings({ TAG_NAMES: 's.js, app/stats.js', TRACK_PATHS: '/hello,/a/b' });
  expect(settings).toMatchObject({ TAG_NAMES: ['s.js', 'app/stats.js'], TRACK_PATHS: ['/hello', '/a/b'] });
});
