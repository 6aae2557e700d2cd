import { makeToken } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { decodeHitBatch, newId, topics } from '@pushtech/event';
import { expect, it, onTestFinished } from 'vitest';
import { secretKey, startKafidx } from './start.ts';

const hit = {
  id: newId(),
  type: 'pageview',
  receivedAt: 1_790_000_000_000,
  via: 'pixel',
  query: 'a=1',
  run: 'r1',
};
const letter = { at: new Date().toISOString(), reason: 'crash', step: 'place', message: 'no', id: hit.id };

const start = async (options: Parameters<typeof startKafidx>[0] = {}) => {
  const buffer = await openBuffer('sqlite::memory:');
  onTestFinished(() => buffer.close());
  const kafidx = await startKafidx({ buffer, ...options });
  const original = { original: JSON.stringify(hit), encoding: 'utf8', position: 'entry/0' };
  await kafidx.append(topics.dead, [JSON.stringify({ ...letter, ...original })]);
  const post = (path: string, headers: Record<string, string>, payload: object = {}) =>
    kafidx.app.inject({ method: 'POST', url: `/kafidx/dead/${path}`, headers, payload });
  const lies = async () => (await buffer.status()).entries;
  return { ...kafidx, buffer, post, lies };
};

const tokenOf = (...scopes: Parameters<typeof makeToken>[0]['scopes'][number][]) =>
  makeToken({ secretKey, id: 'test', scopes, expires: Date.now() + 60_000 });

const writes = ['0.0/replay', '0.0/check', 'replays', 'replays/cancel'];

it.each(writes)('POST %s needs the scope dead:write, and nothing is sent without it', async (path) => {
  const { post, lies } = await start({ password: 'a password' });
  const host = 'kafidx.example.org';
  expect((await post(path, { host })).statusCode).toBe(401);
  const reader = await post(path, { host, authorization: `Bearer ${tokenOf('stream:read')}` });
  expect(reader.statusCode).toBe(403);
  expect(reader.json()).toMatchObject({ error: 'scope', scope: 'dead:write' });
  expect(await lies()).toBe(0);
});

it('a session writes with its CSRF token only', async () => {
  const { app, post, lies } = await start({ password: 'a password' });
  const host = 'kafidx.example.org';
  const signIn = await app.inject({
    method: 'POST',
    url: '/auth/sign-in',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'username=admin&password=a+password&to=/kafidx',
  });
  const cookie = String(signIn.headers['set-cookie']).split(';')[0] as string;
  expect((await post('0.0/replay', { host, cookie })).statusCode).toBe(403);
  expect(await lies()).toBe(0);
  const page = await app.inject({ url: '/kafidx/dead/0.0', headers: { host, cookie, accept: 'text/html' } });
  const csrf = /"csrf":"([^"]+)"/.exec(page.body)?.[1] as string;
  expect((await post('0.0/replay', { host, cookie, 'x-csrf-token': csrf })).statusCode).toBe(202);
  expect(await lies()).toBe(1);
});

it('a page of elsewhere cannot make an open viewer write', async () => {
  const { post, lies } = await start();
  const answer = await post('0.0/replay', { host: 'localhost', origin: 'https://evil.example' });
  expect(answer.statusCode).toBe(403);
  expect(await lies()).toBe(0);
});

it('puts one entry into the buffer, booked at the hit’s own minute and import', async () => {
  const { post, buffer } = await start();
  expect((await post('0.0/replay', { host: 'localhost' })).json()).toMatchObject({ sent: 1, hits: 1 });
  const [entry] = await buffer.take({ worker: 'test', max: 1, waitMs: 1000 });
  const { header, lines } = decodeHitBatch(entry?.body as string);
  const { receivedAt: at } = hit;
  expect(header.received).toEqual([{ minute: at - (at % 60_000), n: 1, run: 'r1' }]);
  expect(lines.map((line) => JSON.parse(line))).toEqual([hit]);
});

it.each([
  ['', 400, 'empty'],
  ['\n \n', 400, 'empty'],
  [Array(1001).fill('{}').join('\n'), 400, 'many'],
])('refuses %j', async (text, status, error) => {
  const { post, lies } = await start();
  const answer = await post('0.0/replay', { host: 'localhost' }, { text });
  expect([answer.statusCode, answer.json().error]).toEqual([status, error]);
  expect(await lies()).toBe(0);
});

it.each([
  ['{', 'syntax', undefined],
  ['[]', 'object', undefined],
  ['{"type":"a"}', 'receivedAt', 'receivedAt'],
  ['{"type":"a","receivedAt":1790000000000,"via":"smoke","query":""}', 'via', 'via'],
  ['{"type":"a","receivedAt":1790000000000,"via":"pixel"}', 'content', 'item'],
  ['{"type":"a","receivedAt":1790000000000,"via":"pixel","query":"lat=x"}', 'value_invalid', 'lat'],
  [
    '{"type":"a","receivedAt":1790000000000,"via":"post","item":{"type":"a","site":"/"}}',
    'value_invalid',
    'site',
  ],
])('says of %s what is wrong and where', async (text, error, field) => {
  const { post } = await start();
  const { lines } = (await post('0.0/check', { host: 'localhost' }, { text: `\n${text}` })).json();
  expect(lines).toHaveLength(1);
  expect(lines[0].error).toBe(error);
  expect(lines[0].field).toBe(field);
});

it('without a buffer looks and does not send', async () => {
  const kafidx = await startKafidx();
  await kafidx.append(topics.dead, [
    JSON.stringify({ ...letter, original: '{}', encoding: 'utf8', position: 'a/1' }),
  ]);
  const headers = { host: 'localhost' };
  expect((await kafidx.app.inject({ url: '/kafidx/dead', headers })).json()).toMatchObject({ total: 1 });
  const answer = await kafidx.app.inject({
    method: 'POST',
    url: '/kafidx/dead/0.0/replay',
    headers,
    payload: {},
  });
  expect(answer.statusCode).toBe(503);
});

it('shows bytes that are no text', async () => {
  const kafidx = await startKafidx();
  const original = Buffer.from([0, 255, 65, 66, 27]).toString('base64');
  await kafidx.append(topics.dead, [
    JSON.stringify({ ...letter, original, encoding: 'base64', position: 'a/1' }),
  ]);
  const headers = { host: 'localhost', accept: 'text/html' };
  const { body } = await kafidx.app.inject({ url: '/kafidx/dead/0.0', headers });
  expect(body).toContain('000000  00 ff 41 42 1b');
  expect(body).toContain('..AB.');
});
