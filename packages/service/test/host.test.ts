import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createHost,
  createLogger,
  createMetrics,
  type Host,
  type HostOptions,
  type Service,
} from '../src/index.ts';

let host: Host | undefined;
afterEach(() => host?.close());

const start = async (part: Partial<Service> = {}, options: Partial<HostOptions> = {}) => {
  const service: Service = {
    name: 'probe',
    async start() {},
    async stop() {},
    status: async () => ({ degraded: [] }),
    ...part,
  };
  host = await createHost({
    services: [service],
    record: createLogger('silent', 'test'),
    metrics: createMetrics(),
    ...options,
  });
  return host.listen({ host: '127.0.0.1', port: 0 });
};

/** Sends text and hears all that is said until the connection is closed, and how many ms that took. */
const say = (port: number, ...texts: string[]) =>
  new Promise<{ answer: string; ms: number }>((resolve) => {
    const began = performance.now();
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const text of texts) socket.write(text);
    });
    socket.setEncoding('utf8').on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ answer, ms: performance.now() - began }));
  });

describe('a host', () => {
  it('is alive, ready and measured', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({
      status: 'ok',
      services: { probe: { status: 'ok' } },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
    expect((await (await fetch(`${url}/docs/json`)).json()) as object).toHaveProperty('openapi');
  });

  it('stays ready while a service falls behind, and says what is wrong', async () => {
    const { url } = await start({ status: async () => ({ degraded: ['the buffer is down'] }) });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'degraded',
      services: { probe: { degraded: ['the buffer is down'] } },
    });
  });

  it('answers what is nowhere and what is our fault in one form, without our insides', async () => {
    const { url } = await start({
      routes: async (app) => {
        app.get('/broken', { schema: { hide: true } }, async () => {
          throw new Error('secret detail');
        });
      },
    });
    expect(await (await fetch(`${url}/nowhere`)).json()).toMatchObject({ error: 'not_found' });
    const broken = await fetch(`${url}/broken`);
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('secret detail');
  });

  it('answers rubbish on the socket with 400 and closes', async () => {
    const { port } = await start();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('RUBBISH\r\n\r\n'));
      socket.setEncoding('utf8');
      socket.once('data', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('"error":"not_http"');
  });

  it('answers once, and whole, also when more comes than it reads', async () => {
    const { port } = await start();
    for (let n = 0; n < 20; n++) {
      const { answer } = await say(port, `GET / HTTP/1.1\r\nX: ${'a'.repeat(2_000_000)}\r\n\r\n`);
      expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
      expect(answer).toMatch(/^HTTP\/1.1 431 [\s\S]*"error":"headers_too_large"/);
    }
  });

  it('tells a sender that takes too long, and closes', async () => {
    const { port } = await start(
      {
        routes: async (app) => {
          app.post('/', { schema: { hide: true } }, async () => 'taken');
        },
      },
      { requestTimeoutMs: 500 },
    );
    for (const text of [
      'GET / HT',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ]) {
      const { answer, ms } = await say(port, text);
      expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*"error":"too_slow"/);
      expect(ms).toBeLessThan(4000);
    }
  });

  it('survives websocket requests whose sender is gone before the answer', async () => {
    const { port, url } = await start();
    const upgrade = 'GET /no HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    for (let n = 0; n < 20; n++) {
      const socket = connect(port, '127.0.0.1', () => socket.write(upgrade, () => socket.resetAndDestroy()));
      await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await say(port, upgrade)).answer).toMatch(/^HTTP\/1.1 404 /);
  });

  it('stops without failing a request on connections that are kept alive', async () => {
    const { url } = await start({ fast: (_request, response) => Boolean(response.end('ok')) || true });
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    let failed = 0;
    let answered = 0;
    let stop = false;
    const ask = () =>
      new Promise<void>((resolve) => {
        get(`${url}/x`, { agent }, (response) => {
          answered += 1;
          if (response.headers.connection === 'close') stop = true;
          response.resume().on('end', resolve);
        }).on('error', () => {
          failed += 1;
          resolve();
        });
      });
    const workers = Array.from({ length: 8 }, async () => {
      while (!stop) await ask();
    });
    await sleep(200);
    const closing = host?.close();
    await Promise.all(workers);
    await closing;
    agent.destroy();
    expect(answered).toBeGreaterThan(50);
    expect(failed).toBe(0);
  });

  it('stops its services in the order of the flow and starts them the other way round', async () => {
    const seen: string[] = [];
    const service = (name: string): Service => ({
      name,
      start: async () => void seen.push(`start ${name}`),
      stop: async () => void seen.push(`stop ${name}`),
      status: async () => ({ degraded: [] }),
    });
    const two = await createHost({
      services: [service('a'), service('b')],
      record: createLogger('silent', 'test'),
      metrics: createMetrics(),
    });
    await two.listen({ host: '127.0.0.1', port: 0 });
    await two.close();
    await two.close();
    expect(seen).toEqual(['start b', 'start a', 'stop a', 'stop b']);
  });
});
