import { PushtechError } from '@pushtech/event';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createHost,
  createLogger,
  createMetrics,
  createReadAddress,
  type Host,
  type Service,
} from '../src/index.ts';

let host: Host | undefined;
afterEach(() => host?.close());

type Line = Record<string, unknown> & { err?: Record<string, unknown> };

const routes: Service['routes'] = async (app) => {
  const hidden = { schema: { hide: true } as object };
  app.get('/things/:name', hidden, async () => 'a thing');
  app.post('/things', hidden, async () => 'taken');
  app.post('/hits', { ...hidden, config: { routine: true } }, async () => 'taken');
  app.get('/broken', hidden, async (request) => {
    request.log.warn('It will not do.');
    const command = { args: ['SET', 'visitor', 'vid-4711'] };
    throw Object.assign(new Error('it broke'), { command, input: request.url });
  });
  app.get('/away', hidden, async () => {
    throw new PushtechError('AWAY', 'retry', 'the store at 10.1.2.3 does not answer');
  });
};

const start = async ({ level = 'trace', proxies = [] as string[] } = {}) => {
  const text: string[] = [];
  const service: Service = {
    name: 'probe',
    routes,
    fast: (request, response) =>
      request.url?.startsWith('/fast') ? Boolean(response.end('ok')) || true : false,
    async start() {},
    async stop() {},
    status: async () => ({ degraded: [] }),
  };
  const metrics = createMetrics();
  host = await createHost({
    services: [service],
    record: createLogger(level, 'test', { write: (line) => void text.push(line) }),
    metrics,
    readAddress: createReadAddress(proxies),
  });
  const { url } = await host.listen({ host: '127.0.0.1', port: 0 });
  /** Lines of one request, once its answer is logged. */
  const linesOf = async (id: string | null): Promise<Line[]> => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return text.map((line) => JSON.parse(line) as Line).filter(({ requestId }) => requestId === id);
  };
  const served = () => metrics.registry.metrics();
  return { url, text, linesOf, served };
};

describe('a request', () => {
  it('has an id of its own in its answer and in each of its log lines', async () => {
    const { url, linesOf } = await start();
    const answers = await Promise.all([fetch(`${url}/broken`), fetch(`${url}/broken`)]);
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(id).toMatch(/^[\w.-]{1,64}$/);
      const said = (await linesOf(id)).map(({ msg }) => msg);
      expect(said).toEqual(['It will not do.', 'A request failed.', 'A request was answered.']);
    }
  });

  it('keeps the id of a declared proxy, and nobody else’s', async () => {
    const ask = async (url: string, headers: Record<string, string>) =>
      (await fetch(`${url}/things/a`, { headers })).headers.get('x-request-id');
    const given = { 'x-request-id': 'from-front.1' };
    const forwarded = { 'x-forwarded-for': '198.51.100.7' };

    const { url } = await start({ proxies: ['1'] });
    expect(await ask(url, { ...given, ...forwarded })).toBe('from-front.1');
    expect(await ask(url, given)).not.toBe('from-front.1');
    for (const bad of ['a'.repeat(65), 'a b', '<b>', 'a,b', '{"x":1}']) {
      expect(await ask(url, { 'x-request-id': bad, ...forwarded })).toMatch(/^[\da-f-]{36}$/);
    }
    await host?.close();
    const open = await start();
    expect(await ask(open.url, { ...given, ...forwarded })).not.toBe('from-front.1');
  });

  it('tells its id in the body of an answer that is our fault, and nothing of our insides', async () => {
    const { url } = await start();
    for (const [path, status] of [
      ['/broken', 500],
      ['/away', 503],
    ] as const) {
      const answer = await fetch(`${url}${path}`);
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(JSON.parse(text)).toMatchObject({ requestId: answer.headers.get('x-request-id') });
      expect(text).not.toMatch(/it broke|10\.1\.2\.3/);
    }
  });

  it('leaves one line with method, route, status and ms: writes and refusals at info, the rest at debug', async () => {
    const { url, linesOf } = await start();
    const line = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${url}${path}`, init);
      const done = await linesOf(answer.headers.get('x-request-id'));
      expect(done).toHaveLength(1);
      expect(done[0]?.ms).toBeGreaterThanOrEqual(0);
      const { level, method, route, status } = done[0] as Line;
      return [level, method, route, status];
    };
    const [debug, info] = [20, 30];
    expect(await line('/things/a?x=1')).toEqual([debug, 'GET', '/things/:name', 200]);
    expect(await line('/things', { method: 'POST' })).toEqual([info, 'POST', '/things', 200]);
    expect(await line('/nowhere/at/all')).toEqual([info, 'GET', 'none', 404]);
    expect(await line('/things/%zz')).toEqual([info, 'GET', 'none', 400]);
    expect(await line('/hits', { method: 'POST' })).toEqual([debug, 'POST', '/hits', 200]);
  });

  it('leaves nothing of its query in the log, nor what a driver hung on an error', async () => {
    const { url, text } = await start();
    for (const path of ['/things/a', '/broken', '/away', '/nowhere', '/things/%zz', '/readyz', '/metrics']) {
      await (await fetch(`${url}${path}?vid=vid-4711&token=s3cret`)).text();
      await (await fetch(`${url}${path}?vid=vid-4711&token=s3cret`, { method: 'POST' })).text();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(text.length).toBeGreaterThan(14);
    expect(text.join('')).not.toMatch(/vid-4711|s3cret/);
    expect(text.join('')).toContain('it broke');
  });

  it('is counted and timed by route and class of status, unless a fast path answered it', async () => {
    const { url, served } = await start({ level: 'silent' });
    for (const path of ['/things/a?x=1', '/things/b', '/broken', '/nowhere/1', '/nowhere/2', '/fast/a']) {
      await (await fetch(`${url}${path}`)).text();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = await served();
    const counted = text.split('\n').filter((line) => line.startsWith('pushtech_http_requests_total{'));
    expect(counted.toSorted()).toEqual([
      'pushtech_http_requests_total{method="GET",route="/broken",status="5xx"} 1',
      'pushtech_http_requests_total{method="GET",route="/things/:name",status="2xx"} 2',
      'pushtech_http_requests_total{method="GET",route="none",status="4xx"} 2',
    ]);
    expect(text).toContain('pushtech_http_request_seconds_count{method="GET",route="/things/:name"} 2');
    expect(text).not.toContain('/fast');
  });
});

describe('a process', () => {
  it('tells its version, its memory, and counters that are still 0', async () => {
    const { served } = await start({ level: 'silent' });
    const text = await served();
    expect(text).toMatch(/pushtech_build_info\{version="\d+\.\d+\.\d+"\} 1/);
    expect(Number(/^pushtech_memory_limit_bytes (\S+)/m.exec(text)?.[1])).toBeGreaterThan(1e8);
    expect(Number(/^pushtech_heap_limit_bytes (\S+)/m.exec(text)?.[1])).toBeGreaterThan(1e7);
    expect(text).toContain('pushtech_http_refused_requests_total{reason="not_http"} 0');
  });
});
