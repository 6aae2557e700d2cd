// CPU per event of the stats worker on Redis, beside one HINCRBY per counter for the same kind of events. Run by itself:
// `REDIS_URL=… npx node bench/stats-redis.ts`, on a local server that nobody else uses: its CPU time counts too.
import { fork } from 'node:child_process';
import { Redis } from 'ioredis';
import { cpuMicros } from './processes.ts';
import type { LoadName } from './stats-events.ts';
import { judged, markdown, median, type Row, told } from './table.ts';

const ROUNDS = 5;
const BATCHES = 20;
const EVENTS = BATCHES * 500;

const sides = ['ours', 'plain', 'finest'] as const;
type Side = (typeof sides)[number];

interface Cost {
  worker: number;
  redis: number;
}

const startSide = async (side: Side, url: string, load: LoadName, redisPid: number) => {
  const child = fork(new URL('./stats-redis-worker.ts', import.meta.url), [side, url, load]);
  const answer = () =>
    new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`${side} ended with ${code}`)));
    });
  const ask = async (message: object): Promise<void> => {
    child.removeAllListeners('exit');
    const answered = answer();
    child.send(message);
    await answered;
  };
  await answer();
  const pid = child.pid as number;
  return {
    async round(): Promise<Cost> {
      await ask({ make: BATCHES });
      const before = { worker: cpuMicros(pid), redis: cpuMicros(redisPid) };
      await ask({ go: true });
      return {
        worker: (cpuMicros(pid) - before.worker) / EVENTS,
        redis: (cpuMicros(redisPid) - before.redis) / EVENTS,
      };
    },
    stop(): void {
      child.removeAllListeners('exit');
      child.kill();
    },
  };
};

const compare = async (url: string, load: LoadName, client: Redis): Promise<Row[]> => {
  await client.flushdb();
  const redisPid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  const running = new Map<Side, Awaited<ReturnType<typeof startSide>>>();
  for (const side of sides) running.set(side, await startSide(side, url, load, redisPid));
  const costs: Record<Side, Cost[]> = { ours: [], plain: [], finest: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const said: string[] = [];
    for (const [side, { round: run }] of running) {
      const cost = await run();
      // The first round warms up.
      if (round > 0) costs[side].push(cost);
      said.push(`${side} ${cost.worker.toFixed(1)} + ${cost.redis.toFixed(1)}`);
    }
    process.stderr.write(`${load} ${round}: ${said.join(', ')} µs (worker + redis)\n`);
  }
  for (const { stop } of running.values()) stop();

  const say = (side: Side) => {
    const of = (part: keyof Cost) => median(costs[side].map((cost) => cost[part])).toFixed(1);
    return `${of('worker')} + ${of('redis')} µs (worker + Redis) per event`;
  };
  const beside = (side: Side) =>
    100 *
    median(
      costs.ours.map(({ worker, redis }, i) => {
        const other = costs[side][i] as Cost;
        return (worker + redis) / (other.worker + other.redis);
      }),
    );
  return [
    told(`${load}: one HINCRBY per counter that we keep (27 an event), pipelined`, say('plain')),
    told(`${load}: one HINCRBY per value, at the finest level only (13 an event), pipelined`, say('finest')),
    told(`${load}: ours, visitors, duplicates, ledger and position included`, say('ours')),
    judged(`${load}: ours beside all counters`, beside('plain'), '%', 60, 35),
    told(`${load}: ours beside the finest level only`, `${beside('finest').toFixed(0)} %`),
  ];
};

/** @param url a local server whose database is wiped */
export const compareStatsRedis = async (url: string): Promise<Row[]> => {
  const client = new Redis(url);
  try {
    return [...(await compare(url, 'shop', client)), ...(await compare(url, 'varied', client))];
  } finally {
    await client.flushdb();
    client.disconnect();
  }
};

if (import.meta.main) {
  const url = process.env.REDIS_URL;
  if (!url)
    throw new Error('REDIS_URL must name a server of this machine that nobody else uses: it is wiped');
  const rows = await compareStatsRedis(url);
  console.log(markdown(rows));
  if (rows.some(({ verdict }) => verdict === 'MISSED')) process.exitCode = 1;
}
