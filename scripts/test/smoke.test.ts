import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesOf } from '../src/smoke/places.ts';
import { type SmokeOptions, type SmokeResult, smoke } from '../src/smoke/smoke.ts';
import { type Fault, startFront } from './broken-front.ts';
import { PASSWORD, startFlowProcess, TOKEN } from './flow-process.ts';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-smoke-'));
afterAll(() => rmSync(folder, { recursive: true }));

let flow: Awaited<ReturnType<typeof startFlowProcess>>;
beforeAll(async () => {
  flow = await startFlowProcess({ PUBLIC_URL: 'http://{service}.smoke.test' });
});
afterAll(() => flow?.close());

const walk = (options: Partial<SmokeOptions> = {}): Promise<SmokeResult> =>
  smoke({ url: flow.url, token: TOKEN, password: PASSWORD, timeoutMs: 10_000, ...options });

const named = ({ steps }: SmokeResult, state: string): string[] =>
  steps.filter((step) => step.state === state).map(({ name }) => name);

describe('a walk through a system that works', () => {
  test('finds every step well, and tells each as it comes', async () => {
    const told: string[] = [];
    const result = await walk({ told: ({ name }) => told.push(name) });
    expect(result.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(result.ok).toBe(true);
    expect(told).toEqual(named(result, 'ok'));
    expect(told.length).toBeGreaterThan(10);
  });

  test('leaves three events of its own site there, and a ledger of its own', async () => {
    const ask = async <T>(path: string): Promise<T> =>
      (await fetch(`${flow.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).json() as T;
    const summary = () => ask<{ events: number }>('/stats/summary?bots=include');
    const before = await summary();
    const { run } = await walk();
    expect((await summary()).events - before.events).toBe(3);
    const types = await ask<{ rows: { value: string }[] }>('/stats/top?dimension=type&bots=include');
    expect(JSON.stringify(types)).not.toContain(run);
    expect(await ask(`/stats/ledger?run=${run}`)).toMatchObject({ received: 1, counted: 1 });
  });

  test.each([
    ['with a token alone', { password: '' }, ['sign-in']],
    ['with a password alone', { token: '' }, []],
  ])('needs no more than one way in: %s', async (_, options, skipped) => {
    const result = await walk(options);
    expect(named(result, 'failed')).toEqual([]);
    expect(named(result, 'skipped')).toEqual(skipped);
  });

  test('goes by host names to one address, with one session for all hosts', async () => {
    const hosts = new Set<string>();
    const fault: Fault = { alter: ({ headers }) => void hosts.add(headers.host?.split(':')[0] ?? '') };
    await using front = await startFront(flow.url, fault);
    const url = `http://{service}.smoke.test:${front.port}`;
    const result = await walk({ url, resolve: '127.0.0.1', token: '' });
    expect(result.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect([...hosts].toSorted()).toEqual(
      ['consumers', 'kafidx', 'trk', 'www'].map((name) => `${name}.smoke.test`),
    );
  });

  test.skipIf(spawnSync('openssl', ['version']).status !== 0)(
    'trusts a private authority only when it is named',
    async () => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=front', '-addext', 'subjectAltName=DNS:front.smoke.test'];
      const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
      execFileSync('openssl', ['req', ...made, ...subject], { stdio: 'pipe' });
      const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
      await using front = await startFront(flow.url, {}, tls);
      const options = { url: `https://front.smoke.test:${front.port}`, resolve: '127.0.0.1', password: '' };
      const trusted = await walk({ ...options, ca: tls.cert });
      expect(trusted.steps.filter(({ state }) => state === 'failed')).toEqual([]);
      const refused = await walk(options);
      expect(refused.steps[0]).toMatchObject({
        state: 'failed',
        note: expect.stringContaining('certificate'),
      });
    },
  );
});

/** Answers a path by itself. */
const instead =
  (path: RegExp, status: number, type: string, body: string | Buffer, more: Record<string, string> = {}) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!path.test(request.url ?? '')) return false;
    response.writeHead(status, { 'content-type': type, ...more }).end(body);
    return true;
  };

const lostPost = (query: string) => (request: IncomingMessage, response: ServerResponse) => {
  if (request.method !== 'POST' || !request.url?.startsWith(`/t?${query}`)) return false;
  request.setEncoding('utf8').on('data', (text: string) => {
    response.writeHead(202).end(JSON.stringify({ results: [{ id: JSON.parse(text)[0].id }] }));
  });
  return true;
};

const gif = Buffer.from('GIF89a'.padEnd(42, '\0'));
const ledger = { received: 1, redelivered: 0, kept: 1, dead: 0, dropped: {}, counted: 0, duplicates: 0 };

describe('a walk through a system that is broken', () => {
  test.each<[string, Fault, string[], RegExp]>([
    ['is sick', { answer: instead(/^\/healthz/, 500, 'application/json', '{}') }, ['alive'], /500/],
    [
      'is not ready',
      { answer: instead(/^\/readyz/, 503, 'application/json', '{"status":"down"}') },
      ['ready'],
      /503.*down/,
    ],
    [
      'has a pixel of the wrong size',
      { answer: instead(/^\/t\/w/, 200, 'image/gif', gif, { 'x-event-id': 'x' }) },
      ['pixel'],
      /42 bytes/,
    ],
    [
      'does not keep its pixels',
      {
        answer: instead(/^\/t\/w/, 200, 'image/gif', Buffer.concat([gif, Buffer.alloc(1)]), {
          'x-not-kept': 'full',
        }),
      },
      ['pixel'],
      /not kept: full/,
    ],
    ['takes no events', { answer: instead(/^\/t\?ack/, 503, 'application/json', '{}') }, ['post'], /503/],
    [
      'has no script',
      { answer: instead(/^\/t\.js/, 200, 'text/html', 'x'.repeat(5000)) },
      ['script'],
      /html/,
    ],
    [
      'loses an event after it said yes',
      { answer: lostPost('ack') },
      ['counted', 'seen on the stream'],
      /of \d+ events are counted after 2 s/,
    ],
    [
      'counts less than it keeps',
      { answer: instead(/^\/stats\/ledger/, 200, 'application/json', JSON.stringify(ledger)) },
      ['ledger adds up'],
      /"counted":0/,
    ],
    [
      'cuts websockets off',
      { upgrade: (socket) => void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n') },
      ['strangers stay out', 'stream opens', 'seen on the stream'],
      /502/,
    ],
    [
      'lets everyone in',
      { alter: (request) => Object.assign(request.headers, { authorization: `Bearer ${TOKEN}` }) },
      ['strangers stay out'],
      /a stranger with 200/,
    ],
    [
      'does not take the password',
      { answer: instead(/^\/auth\/sign-in/, 401, 'text/html', '') },
      ['sign-in'],
      /401/,
    ],
    [
      'has no sessions',
      {
        answer: instead(/^\/auth\/sign-in/, 303, 'text/html', '', {
          'set-cookie': 'a=b; Path=/',
          location: '/',
        }),
      },
      ['sign-in'],
      /401/,
    ],
    [
      'shows another page',
      { answer: instead(/^\/kafidx$/, 200, 'text/html', 'welcome') },
      ['pages'],
      /not a page/,
    ],
    [
      'sends scripts as something else',
      { answer: instead(/\/live\.js$/, 200, 'text/html', '<html></html>') },
      ['pages'],
      /live\.js comes as "text\/html"/,
    ],
    [
      'has no way to the sheets of kafidx',
      { answer: instead(/\/kafidx\.css$/, 404, 'text/plain', '') },
      ['pages'],
      /kafidx\.css answers 404 \(1 of \d+\)/,
    ],
  ])('says which step fails where it %s', async (_, fault, failing, why) => {
    await using front = await startFront(flow.url, fault);
    // Whoever signs in too often is made to wait: only those tests do that are about it.
    const password = failing.includes('sign-in') ? PASSWORD : '';
    const result = await walk({ url: `http://127.0.0.1:${front.port}`, password, timeoutMs: 2000 });
    expect(result.ok).toBe(false);
    expect(named(result, 'failed')).toEqual(failing);
    expect(result.steps.find(({ state }) => state === 'failed')?.note).toMatch(why);
  });

  test('waits its turn where somebody signed in too often', async () => {
    let tries = 0;
    const busy: Fault['answer'] = (request, response) =>
      request.url === '/auth/sign-in' &&
      tries++ === 0 &&
      instead(/./, 429, 'text/html', '', { 'retry-after': '1' })(request, response);
    await using front = await startFront(flow.url, { answer: busy });
    const { steps } = await walk({ url: `http://127.0.0.1:${front.port}` });
    expect(steps.find(({ name }) => name === 'sign-in')).toMatchObject({ state: 'ok' });
  });

  test('waits no longer than it is told to for an answer', async () => {
    await using front = await startFront(flow.url, { answer: ({ url }) => url === '/healthz' });
    const begun = performance.now();
    const result = await walk({ url: `http://127.0.0.1:${front.port}`, timeoutMs: 500 });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(result.steps[0]).toMatchObject({ state: 'failed', note: 'no answer within 0.5 s' });
  });

  test('skips the rest where nothing listens', async () => {
    const result = await walk({ url: 'http://127.0.0.1:1' });
    expect(result.steps[0]).toMatchObject({ state: 'failed', note: 'nothing listens there' });
    expect(named(result, 'skipped')).toHaveLength(result.steps.length - 1);
  });
});

describe('the task', () => {
  test('prints a line for each step, takes the password from a file, and ends with 0', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, `${PASSWORD}\n`);
    const { code, out } = await hearTask(['smoke', flow.url, '--password-file', file], {});
    expect(out.split('\n').filter((line) => /^ok +\w/.test(line))).toHaveLength(12);
    expect(out).not.toContain(PASSWORD);
    expect(code).toBe(0);
  });

  test('takes token and password from the file of an installation', async () => {
    const file = join(folder, '.env');
    writeFileSync(file, `ADMIN_PASSWORD=${PASSWORD}\nAPI_TOKEN=${TOKEN}\n`);
    const { code, out } = await hearTask(['smoke', flow.url, '--env-file', file], {});
    expect({ code, failed: out.match(/^(failed|skipped).*/gm) }).toEqual({ code: 0, failed: null });
  });

  test('prints nothing but the result with --json, and ends with 1 when something failed', async () => {
    const { code, out } = await hearTask(['smoke', 'http://127.0.0.1:1', '--json'], { API_TOKEN: TOKEN });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, url: 'http://127.0.0.1:1' });
  });

  test.each([
    [['smoke'], 2, 'name one address'],
    [['smoke', 'localhost'], 2, 'an installation is at an address'],
    [['smoke', 'http://localhost/sub'], 2, 'an installation is at an address'],
    [['smoke', 'http://localhost', '--resolve', 'host'], 2, '--resolve is an IP address'],
    [['smoke', 'http://localhost', '--timeout', '0'], 2, '--timeout is a number'],
    [['smoke', 'http://localhost', '--ca', '/nowhere/ca.pem'], 1, 'no such file'],
  ])('ends %j with %d and a sentence', async (args, code, sentence) => {
    const heard = await hearTask(args, {});
    expect(heard.said).toContain(sentence);
    expect(heard.code).toBe(code);
  });
});

test('a pattern leads to each service by its host or its port', () => {
  expect(placesOf('https://{service}.example.org/')).toEqual({
    tracker: 'https://trk.example.org',
    'consumer-stats': 'https://consumers.example.org',
    kafidx: 'https://kafidx.example.org',
    website: 'https://www.example.org',
  });
  expect(placesOf('http://10.0.0.1:{nodePort}')).toMatchObject({ tracker: 'http://10.0.0.1:30081' });
  expect(new Set(Object.values(placesOf('http://localhost:8080')))).toEqual(
    new Set(['http://localhost:8080']),
  );
});
