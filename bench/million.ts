// A million events into one process: memory, then the pixel's latency while big queries run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drive, postRequest } from './load.ts';
import { residentMb, spawnFlow } from './processes.ts';
import { postBody, workedOff } from './ratios.ts';
import { judged, median, quantile, type Row, told } from './table.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const STEPS = 40;
const PER_STEP = EVENTS / STEPS;

const year = '?from=2020-01-01&to=2030-01-01&bots=include';
const queries = [
  `/stats/summary${year}`,
  `/stats/top${year}&dimension=path&limit=100`,
  `/stats/top${year}&dimension=source&limit=100`,
];

/** Pixels at a steady rate, whatever the answers do (open loop), while the dashboard asks over and over. */
const latencies = async (url: string): Promise<number[]> => {
  let asking = true;
  const asked = Promise.all(
    queries.map(async (query) => {
      while (asking) await (await fetch(url + query)).arrayBuffer();
    }),
  );
  const delays: number[] = [];
  const under: Promise<void>[] = [];
  const begin = performance.now();
  for (let n = 0; n < 6000; n++) {
    const due = begin + n * 2.5;
    if (due > performance.now()) await sleep(due - performance.now());
    under.push(
      fetch(`${url}/t/pageview?url=https%3A%2F%2Fshop.example%2F${n}`).then(async (response) => {
        await response.arrayBuffer();
        delays.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(under);
  asking = false;
  await asked;
  return delays;
};

export const runMillion = async (): Promise<Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-million-'));
  const flow = await spawnFlow(folder);
  const memory: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    await drive(flow.url, PER_STEP / 100, (n) => postRequest(postBody(step * PER_STEP + n)), 4);
    await workedOff(flow.url, (step + 1) * PER_STEP);
    memory.push(residentMb(flow.pid));
    if (step % 5 === 4)
      process.stderr.write(`${(step + 1) * PER_STEP} events: ${memory.at(-1)?.toFixed(0)} MB\n`);
  }
  const delays = await latencies(flow.url);
  await flow.stop();
  rmSync(folder, { recursive: true, force: true });

  // Single samples jump with the collector: compare the medians of the third and the last quarter.
  const quarter = STEPS / 4;
  const third = median(memory.slice(2 * quarter, 3 * quarter));
  const last = median(memory.slice(3 * quarter));
  return [
    judged(`memory after ${EVENTS} events, city database included`, Math.max(...memory), 'MB', 450),
    judged('growth of memory in the last quarter', Math.max(0, (last / third - 1) * 100), '%', 5),
    judged(`pixel p99.9 while queries over ${EVENTS} events run`, quantile(delays, 0.999), 'ms', 100),
    told(
      'the same, median and p99',
      `${median(delays).toFixed(1)} and ${quantile(delays, 0.99).toFixed(1)} ms`,
    ),
  ];
};
