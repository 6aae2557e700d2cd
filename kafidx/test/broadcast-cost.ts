// What 100 viewers cost the server, beside a plain `ws` broadcast of the very same frames. Run it alone:
// `node kafidx/test/broadcast-cost.ts [viewers] [rounds]`. Both take turns in one process, so that noise hits both.
import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard } from '@pushtech/admin';
import { newId, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { createLogger, createMetrics } from '@pushtech/service';
import { WebSocketServer } from 'ws';
import { createKafidx } from '../src/app.ts';

const EVENTS_PER_S = 500;
const ROUND_MS = 1500;
const BATCH_MS = 50;

export interface BroadcastCost {
  /** CPU of this process for each frame of each viewer, in µs. */
  kafidx: number;
  plain: number;
  /** The median over the rounds. */
  ratio: number;
  ratios: number[];
}

const eventText = (): string => {
  const at = new Date().toISOString();
  const page = {
    url: 'https://shop.example/shoes?size=42',
    host: 'shop.example',
    path: '/shoes',
    title: 'Shoes',
  };
  const place = { country: 'DE', city: 'Berlin', accuracy: 'ip' };
  const device = {
    kind: 'desktop',
    os: { name: 'macOS', version: '14' },
    browser: { name: 'Safari', version: '17' },
  };
  const referrer = {
    url: 'https://www.google.com/',
    host: 'www.google.com',
    medium: 'search',
    source: 'Google',
  };
  const fields = {
    id: newId(),
    type: 'pageview',
    site: 'shop.example',
    receivedAt: at,
    occurredAt: at,
    via: 'pixel',
  };
  return JSON.stringify({ v: 1, ...fields, page, place, device, referrer, properties: { plan: 'pro' } });
};

const listen = async (server: ReturnType<typeof createServer>): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const startViewers = async (address: string, n: number): Promise<ChildProcess> => {
  const child = fork(new URL('./viewers-process.ts', import.meta.url), [address, String(n)]);
  await new Promise((resolve) => child.once('message', resolve));
  return child;
};

const stopViewers = async (child: ChildProcess): Promise<void> => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.send('stop');
  await ended;
};

/** CPU of this thread while some work runs, in µs: what the log's own threads do is the same in all rounds, but not even. */
const cpuOf = async (work: () => Promise<void>): Promise<number> => {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
};

const startKafidx = async () => {
  const log = await openLog('sqlite::memory:');
  const guard = createGuard({ password: '', apiToken: '', secretKey: 'k'.repeat(40), clock: Date.now });
  const record = createLogger('silent', 'cost');
  const service = createKafidx({
    ...{ log, guard, record, secretKey: 'k'.repeat(40) },
    metrics: createMetrics(),
    clock: Date.now,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => service.upgrade?.(request, socket, head));
  const address = `${await listen(server)}/kafidx/stream`;
  const append = async (): Promise<void> => {
    const n = (EVENTS_PER_S * BATCH_MS) / 1000;
    await log.append(
      Array.from({ length: n }, () => ({ topic: topics.events, key: 'k', value: eventText() })),
    );
  };
  const stop = async (): Promise<void> => {
    await service.stop();
    await guard.close();
    server.close();
    await log.close();
  };
  return { address, append, stop };
};

/** @param paced called every 50 ms of one round */
const round = async (paced: () => Promise<void> | void): Promise<void> => {
  for (let at = 0; at < ROUND_MS; at += BATCH_MS) {
    await paced();
    await sleep(BATCH_MS);
  }
};

export const measureBroadcast = async (viewers = 100, rounds = 5): Promise<BroadcastCost> => {
  const kafidx = await startKafidx();
  const server = createServer();
  const plain = new WebSocketServer({ server, perMessageDeflate: false });
  const plainAddress = await listen(server);
  const frames: Buffer[] = [];
  const results: { kafidx: number; plain: number }[] = [];

  // One viewer more, whose frames are what the plain server sends.
  const { WebSocket } = await import('ws');
  const scribe = new WebSocket(kafidx.address);
  await new Promise((resolve) => scribe.once('open', resolve));
  scribe.on('message', (data) => frames.push(data as Buffer));

  for (let n = 0; n <= rounds; n++) {
    // Reading the log for one viewer is there in both, and taken off: what is asked is what 100 more cost.
    const alone = await cpuOf(() => round(kafidx.append));
    const watching = await startViewers(kafidx.address, viewers);
    frames.length = 0;
    const shown = await cpuOf(() => round(kafidx.append));
    const sent = frames.slice();
    await stopViewers(watching);

    const listening = await startViewers(plainAddress, viewers);
    const idle = await cpuOf(() => round(() => {}));
    const each = Math.ceil(sent.length / (ROUND_MS / BATCH_MS));
    const cast = await cpuOf(() =>
      round(() => {
        for (const frame of sent.splice(0, each)) {
          for (const client of plain.clients) client.send(frame, { binary: false });
        }
      }),
    );
    await stopViewers(listening);
    const count = frames.length * viewers;
    // The first round warms both up.
    if (n > 0) results.push({ kafidx: (shown - alone) / count, plain: (cast - idle) / count });
  }
  scribe.terminate();
  plain.close();
  server.close();
  await kafidx.stop();

  const ratios = results.map((one) => one.kafidx / one.plain).sort((a, b) => a - b);
  const sum = (name: 'kafidx' | 'plain') =>
    results.reduce((total, one) => total + one[name], 0) / results.length;
  return {
    kafidx: sum('kafidx'),
    plain: sum('plain'),
    ratio: ratios[Math.floor(ratios.length / 2)] as number,
    ratios,
  };
};

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [viewers = '100', rounds = '5'] = process.argv.slice(2);
  console.log(await measureBroadcast(Number(viewers), Number(rounds)));
}
