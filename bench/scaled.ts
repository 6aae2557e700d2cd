// The same services on Redis and Kafka: CPU per event of each, against what the same work costs without us.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Buffer as HitBuffer, openBuffer } from '@pushtech/buffer';
import { newId, topics } from '@pushtech/event';
import { type Log, openLog } from '@pushtech/log';
import { Redis } from 'ioredis';
import { hitBody } from './hit-bodies.ts';
import { drive, pixelRequest } from './load.ts';
import { commandMicros, cpuMicros, forkServer, spawnService, type Target } from './processes.ts';
import { judged, median, type Row, told } from './table.ts';

const ROUNDS = 5;
const PIXELS = 20_000;
const PER_ENTRY = 100;
const EVENTS = 50_000;
const BACKLOG = 200_000;
const IDLE_MS = 10_000;

const { REDIS_URL: redisUrl = '', KAFKA_BROKERS: brokers = '' } = process.env;

interface Place {
  env: Record<string, string>;
  buffer: HitBuffer;
  log: Log;
  redis: Redis;
  redisPid: number;
  prefix: string;
  folder: string;
}

const redisPidOf = async (redis: Redis): Promise<number> =>
  Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);

const openPlace = async (): Promise<Place> => {
  const prefix = `bench_${newId().slice(-6)}_`;
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-bench-'));
  const redis = new Redis(redisUrl);
  const env = {
    BUFFER_URL: `${redisUrl}?prefix=${prefix}`,
    LOG_URL: `kafka://${brokers}?prefix=${prefix}&partitions=6`,
    STATS_URL: `${redisUrl}?prefix=${prefix}`,
    SECRET_KEY: 'the key of the bench, longer than 32 characters',
    HEARTBEAT_SECONDS: '0',
    DATA_DIR: folder,
  };
  const buffer = await openBuffer(env.BUFFER_URL);
  const log = await openLog(env.LOG_URL);
  // Brokers make no topics by themselves.
  await log.append([{ topic: 'kcat', key: '', value: '' }]);
  return { env, buffer, log, redis, redisPid: await redisPidOf(redis), prefix, folder };
};

const closePlace = async ({ buffer, log, redis, prefix, folder }: Place): Promise<void> => {
  await buffer.close();
  await log.close();
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
  redis.disconnect();
  rmSync(folder, { recursive: true, force: true });
};

const emptied = async (buffer: HitBuffer): Promise<void> => {
  while ((await buffer.status()).entries > 0) await sleep(20);
};

/** Takes what a tracker wrote, as an enricher elsewhere would. */
const swallow = async (buffer: HitBuffer): Promise<void> => {
  while ((await buffer.status()).entries > 0) {
    const entries = await buffer.take({ worker: 'bench', max: 50, waitMs: 100 });
    await buffer.ack(entries.map(({ id }) => id));
  }
};

let filled = 0;

const fill = async (buffer: HitBuffer, hits: number): Promise<void> => {
  for (const end = filled + hits; filled < end; filled += PER_ENTRY * 20) {
    const bodies = Array.from({ length: 20 }, (_, i) => hitBody(filled + i * PER_ENTRY, PER_ENTRY));
    await Promise.all(bodies.map((body) => buffer.append(body)));
  }
};

const cost = async (pid: number, events: number, work: () => Promise<unknown>): Promise<number> => {
  const before = cpuMicros(pid);
  await work();
  return (cpuMicros(pid) - before) / events;
};

interface Costs {
  reference: number[];
  tracker: number[];
  redis: number[];
  xadd: number[];
  enricher: number[];
  kcat: number[];
}

/** One `redis-benchmark` XADD of 300 bytes per event, 16 in a pipeline: CPU of the server per command, in µs. */
const xaddMicros = async ({ redisPid, prefix }: Place): Promise<number> => {
  const { hostname, port } = new URL(redisUrl);
  const n = 100_000;
  const args = ['-h', hostname, '-p', port || '6379', '-P', '16', '-n', String(n), '-q'];
  const each = await cost(redisPid, n, () =>
    commandMicros('redis-benchmark', [...args, 'XADD', `${prefix}reference`, '*', 'body', 'x'.repeat(300)]),
  );
  return each;
};

/** What the enricher wrote since `from`, a line each, for `kcat` to write again. */
const dump = async (log: Log, file: string): Promise<number> => {
  const lines: string[] = [];
  for (const { partition, start, end } of await log.ranges(topics.events)) {
    for (let at = start; at < end && lines.length < EVENTS; ) {
      const { records, next } = await log.read(topics.events, partition, at, 1000);
      for (const { value } of records) lines.push(value);
      at = next;
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return lines.length;
};

const measureRound = async (place: Place, targets: Record<'reference' | 'tracker' | 'enricher', Target>) => {
  const { buffer, redisPid } = place;
  const { reference, tracker, enricher } = targets;
  const perPixel = {
    reference: await cost(reference.pid, PIXELS, () => drive(reference.url, PIXELS, pixelRequest)),
    tracker: await cost(tracker.pid, PIXELS, async () => {
      await drive(tracker.url, PIXELS, pixelRequest);
      await sleep(50);
    }),
  };
  await emptied(buffer);
  // Appending, taking and acknowledging: the whole hop, without anything else on this server.
  const hop = await openBuffer(`${redisUrl}?prefix=${place.prefix}hop_`);
  const redis = await cost(redisPid, EVENTS, async () => {
    await fill(hop, EVENTS);
    await swallow(hop);
  });
  await hop.close();
  const xadd = await xaddMicros(place);
  const perEvent = await cost(enricher.pid, EVENTS, async () => {
    await fill(buffer, EVENTS);
    await emptied(buffer);
  });
  const file = join(place.folder, 'events.txt');
  const lines = await dump(place.log, file);
  const kcat = await commandMicros('kcat', [
    '-P',
    '-b',
    brokers,
    '-t',
    `${place.prefix}kcat`,
    '-z',
    'zstd',
    '-l',
    file,
  ]);
  return {
    ...perPixel,
    redis,
    xadd,
    enricher: perEvent,
    kcat: kcat === undefined ? Number.NaN : kcat / lines,
  };
};

const compare = async (place: Place): Promise<Row[]> => {
  const reference = await forkServer('./reference-server.ts');
  const tracker = await spawnService('tracker', place.env);
  const enricher = await spawnService('enricher', place.env);
  const costs: Costs = { reference: [], tracker: [], redis: [], xadd: [], enricher: [], kcat: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const measured = await measureRound(place, { reference, tracker, enricher });
    // The first round warms up.
    if (round > 0) for (const [name, us] of Object.entries(measured)) costs[name as keyof Costs].push(us);
    const line = Object.entries(measured).map(([name, us]) => `${name} ${us.toFixed(2)}`);
    process.stderr.write(`round ${round}: ${line.join(', ')} µs\n`);
  }
  await Promise.all([reference, tracker, enricher].map((target) => target.stop()));
  const ratio = (a: number[], b: number[]) => median(a.map((us, i) => us / (b[i] as number)));
  return [
    judged(
      'tracker with the Redis buffer, per pixel',
      ratio(costs.tracker, costs.reference),
      '× bare node:http',
      1.5,
      1.3,
    ),
    judged(
      'Redis for the buffer, per event (append, take, ack)',
      ratio(costs.redis, costs.xadd),
      '× XADD of redis-benchmark -P 16',
      0.3,
    ),
    judged(
      'enricher, Redis to Kafka, per event',
      ratio(costs.enricher, costs.kcat),
      '× kcat -P with zstd',
      10,
      6,
    ),
    judged('the same beside the tracker’s pixel', ratio(costs.enricher, costs.tracker), '×', 1.2),
    told(
      'CPU per event',
      `tracker ${median(costs.tracker).toFixed(1)}, Redis ${median(costs.redis).toFixed(2)}, enricher ${median(costs.enricher).toFixed(1)}, kcat ${median(costs.kcat).toFixed(2)} µs`,
    ),
  ];
};

/** How long `copies` enrichers take for a backlog, in s. */
const drain = async (place: Place, copies: number): Promise<number> => {
  const { buffer, env } = place;
  const names = Array.from({ length: copies }, (_, n) => `drain-${n}`);
  const enrichers = await Promise.all(
    names.map((WORKER_NAME) => spawnService('enricher', { ...env, WORKER_NAME })),
  );
  await fill(buffer, 5000);
  await emptied(buffer);
  await Promise.all(enrichers.map(({ pid }) => process.kill(pid, 'SIGSTOP')));
  await fill(buffer, BACKLOG);
  await Promise.all(enrichers.map(({ pid }) => process.kill(pid, 'SIGCONT')));
  const begun = performance.now();
  await emptied(buffer);
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(enrichers.map((target) => target.stop()));
  return seconds;
};

const compareDrain = async (place: Place): Promise<Row[]> => {
  const factors: number[] = [];
  for (let round = 0; round < 3; round++) factors.push((await drain(place, 1)) / (await drain(place, 2)));
  return [
    told(
      `two enrichers work off ${BACKLOG} hits`,
      `${median(factors).toFixed(2)} × as fast as one (aim 1.7 where cores allow)`,
    ),
  ];
};

/** Until the stats have caught up with what the other parts left on the log. */
const countedAll = async (url: string): Promise<void> => {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^pushtech_stats_lag_records{.*} (\d+)/gm)];
    if (lags.length > 0 && lags.every(([, lag]) => lag === '0')) return;
    await sleep(500);
  }
};

const measureIdle = async (place: Place): Promise<Row[]> => {
  const names = ['tracker', 'enricher', 'stats', 'kafidx'] as const;
  const targets = await Promise.all(names.map((name) => spawnService(name, place.env)));
  const viewer = new WebSocket(`${targets[3]?.url.replace('http', 'ws')}/kafidx/stream`);
  await countedAll(targets[2]?.url as string);
  await sleep(5000);
  const before = targets.map(({ pid }) => cpuMicros(pid));
  await sleep(IDLE_MS);
  const shares = targets.map(({ pid }, i) => (cpuMicros(pid) - (before[i] as number)) / IDLE_MS / 10);
  viewer.close();
  await Promise.all(targets.map((target) => target.stop()));
  return [
    judged('an idle process, the busiest of four', Math.max(...shares), '% of a core', 1),
    told('idle, in % of a core', names.map((name, i) => `${name} ${shares[i]?.toFixed(2)}`).join(', ')),
  ];
};

const inPlace = async (measure: (place: Place) => Promise<Row[]>): Promise<Row[]> => {
  if (!redisUrl || !brokers)
    return [told('Redis and Kafka', 'not measured: REDIS_URL or KAFKA_BROKERS is not set')];
  const place = await openPlace();
  try {
    return await measure(place);
  } finally {
    await closePlace(place);
  }
};

export const compareScaled = (): Promise<Row[]> =>
  inPlace(async (place) => [...(await compare(place)), ...(await compareDrain(place))]);

export const compareIdle = (): Promise<Row[]> => inPlace(measureIdle);
