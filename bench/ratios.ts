// CPU time per event, everything against the same bare server in one interleaved run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@pushtech/event';
import { drive, pixelRequest, postRequest } from './load.ts';
import { startNginx } from './nginx.ts';
import { cpuMicros, forkServer, spawnFlow, type Target } from './processes.ts';
import { judged, median, type Row, told } from './table.ts';

const ROUNDS = 7;
const PIXELS = 20_000;
const POSTS = 400;
const PER_POST = 100;

interface Ledger {
  received: number;
  kept: number;
  dead: number;
  counted: number;
  duplicates: number;
}

/** Until all that came is counted. Looks rarely: looking costs the process too. */
export const workedOff = async (url: string, received: number): Promise<void> => {
  for (;;) {
    const ledger = (await (await fetch(`${url}/stats/ledger`)).json()) as Ledger;
    if (ledger.received >= received && ledger.counted + ledger.duplicates >= received) return;
    await sleep(200);
  }
};

export const postBody = (n: number): string =>
  JSON.stringify(
    Array.from({ length: PER_POST }, (_, i) => ({
      type: 'pageview',
      id: newId(),
      url: `https://shop.example/products/${(n * 31 + i) % 500}?color=red`,
      ref: 'https://www.google.com/',
      title: 'Shoes',
      vid: `visitor-${(n * 17 + i) % 5000}`,
      properties: { plan: 'pro', price: 12.5, items: 3 },
    })),
  );

const measure = async (target: Target, events: number, load: () => Promise<void>): Promise<number> => {
  const before = cpuMicros(target.pid);
  await load();
  return (cpuMicros(target.pid) - before) / events;
};

export const compareRatios = async (): Promise<Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-bench-'));
  const reference = await forkServer('./reference-server.ts');
  const tracker = await forkServer('./tracker-server.ts');
  const flow = await spawnFlow(join(folder, 'data'));
  const nginx = await startNginx(folder);
  let shown = 0;
  const viewer = new WebSocket(`${flow.url.replace('http', 'ws')}/kafidx/stream`);
  viewer.onmessage = ({ data }) => {
    shown += String(data).length;
  };
  let received = 0;
  const bodies = Array.from({ length: POSTS }, (_, n) => n);
  const costs = {
    reference: [] as number[],
    tracker: [] as number[],
    pixel: [] as number[],
    post: [] as number[],
    nginx: [] as number[],
  };

  for (let round = 0; round <= ROUNDS; round++) {
    const requests = bodies.map((n) => postRequest(postBody(n)));
    const cost = {
      reference: await measure(reference, PIXELS, () => drive(reference.url, PIXELS, pixelRequest)),
      tracker: await measure(tracker, PIXELS, async () => {
        await drive(tracker.url, PIXELS, pixelRequest);
        await sleep(50);
      }),
      pixel: await measure(flow, PIXELS, async () => {
        await drive(flow.url, PIXELS, pixelRequest);
        received += PIXELS;
        await workedOff(flow.url, received);
      }),
      post: await measure(flow, POSTS * PER_POST, async () => {
        await drive(flow.url, POSTS, (n) => requests[n] as string, 4);
        received += POSTS * PER_POST;
        await workedOff(flow.url, received);
      }),
      nginx: nginx ? await measure(nginx, PIXELS, () => drive(nginx.url, PIXELS, pixelRequest)) : Number.NaN,
    };
    // The first round warms up.
    if (round > 0)
      for (const name of Object.keys(costs) as (keyof typeof costs)[]) costs[name].push(cost[name]);
    process.stderr.write(
      `round ${round}: ${Object.entries(cost)
        .map(([name, us]) => `${name} ${us.toFixed(1)}`)
        .join(', ')} µs\n`,
    );
  }
  viewer.close();
  await Promise.all([reference, tracker, flow, nginx].map((target) => target?.stop()));
  rmSync(folder, { recursive: true, force: true });

  const base = median(costs.reference);
  const ratio = (values: number[]) => median(values.map((us, i) => us / (costs.reference[i] as number)));
  return [
    told('bare node:http, answers 204 (the reference)', `${base.toFixed(1)} µs CPU per request`),
    judged('tracker alone with the SQLite buffer, per pixel', ratio(costs.tracker), '× reference', 1.6, 1.3),
    judged('everything in one process, pixel to counted and shown', ratio(costs.pixel), '× reference', 5, 3),
    judged('everything, POST in batches of 100, per event', ratio(costs.post), '× reference', 3.5, 2),
    told('the live viewer got meanwhile', `${(shown / 1e6).toFixed(1)} MB of frames`),
    told(
      'nginx empty_gif with a buffered log',
      nginx
        ? `the tracker costs ${(median(costs.tracker) / median(costs.nginx)).toFixed(1)} × its CPU`
        : 'not installed',
    ),
  ];
};
