import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createGuard, type GuardOptions } from '@pushtech/admin';
import type { Buffer as HitBuffer } from '@pushtech/buffer';
import { type Event, newId, topics } from '@pushtech/event';
import { type Log, openLog } from '@pushtech/log';
import { createLogger, createMetrics } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';
import Fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createKafidx } from '../src/app.ts';

export const secretKey = 'a secret key of more than 32 characters';

export const eventOf = (fields: Partial<Event> = {}): Event => {
  const at = new Date().toISOString();
  return {
    v: 1,
    id: newId(),
    type: 'pageview',
    receivedAt: at,
    occurredAt: at,
    via: 'pixel',
    properties: {},
    ...fields,
  };
};

export interface Frames {
  events: Record<string, unknown>[];
  dead: Record<string, unknown>[];
  skipped: number;
  rates: { events: number; dead: number; shown: number; viewers: number }[];
  errors: { code: string; message: string }[];
  /** Sizes of the event frames, in rows. */
  sizes: number[];
}

/** Waits until a condition holds, at most 10 s. */
export const until = async (holds: () => boolean, what = 'what was waited for'): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`did not happen within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const collect = (socket: WebSocket): Frames => {
  const frames: Frames = { events: [], dead: [], skipped: 0, rates: [], errors: [], sizes: [] };
  socket.on('message', (data, isBinary) => {
    const message = JSON.parse(data.toString());
    if (isBinary || Object.keys(message).length !== 1) throw new Error('not a text frame with one key');
    if (message.events) frames.sizes.push(message.events.length);
    frames.events.push(...(message.events ?? []));
    frames.dead.push(...(message.dead ?? []));
    frames.skipped += message.skipped ?? 0;
    if (message.rate) frames.rates.push(message.rate);
    if (message.error) frames.errors.push(message.error);
  });
  return frames;
};

/** The live viewer on a real server, over the real log engine. */
type StartOptions = Partial<GuardOptions> & { log?: Log; buffer?: HitBuffer; stats?: Stats };

export const startKafidx = async (options: StartOptions = {}) => {
  const { buffer, stats } = options;
  const log = options.log ?? (await openLog('sqlite::memory:'));
  const guard = createGuard({ password: '', apiToken: 'api-token', secretKey, clock: Date.now, ...options });
  const metrics = createMetrics();
  const service = createKafidx({
    log,
    secretKey,
    guard,
    record: createLogger('silent', 'kafidx'),
    metrics,
    clock: Date.now,
    ...(buffer && { buffer }),
    ...(stats && { stats }),
  });
  const app = Fastify() as unknown as FastifyInstance;
  app.register(guard.routes);
  if (service.routes) app.register(service.routes);
  const upgraded = new Set<Duplex>();
  app.server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    if (!service.upgrade?.(request, socket, head)) socket.destroy();
  });
  await service.start();
  await app.listen({ port: 0, host: '127.0.0.1' });
  const sockets: WebSocket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.terminate();
    await service.stop();
    await app.close();
    await guard.close();
    await log.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const append = (topic: string, values: readonly string[]): Promise<void> =>
    log.append(values.map((value) => ({ topic, key: 'key', value })));

  return {
    log,
    guard,
    metrics,
    service,
    app,
    port,
    append,
    /** Cuts every viewer off, as a network does. */
    closeSockets() {
      for (const socket of upgraded) socket.destroy();
    },
    appendEvents: (...events: Event[]) =>
      append(
        topics.events,
        events.map((event) => JSON.stringify(event)),
      ),
    /** A viewer that is connected, and all it was sent since. */
    async view(query = '', headers: Record<string, string> = {}) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/kafidx/stream${query}`, { headers });
      sockets.push(socket);
      const frames = collect(socket);
      await new Promise((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
      });
      return { socket, frames, send: (message: unknown) => socket.send(JSON.stringify(message)) };
    },
    /** The HTTP answer to a websocket request that was refused. */
    refusal: (headers: Record<string, string>, path = '/kafidx/stream') =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
        socket.once('open', () => reject(new Error('was not refused')));
        socket.once('error', () => {});
        socket.once('unexpected-response', (_request, response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode, body }));
        });
      }),
  };
};
