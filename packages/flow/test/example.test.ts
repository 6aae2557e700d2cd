import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createDevices } from '@pushtech/device';
import { openPlaces } from '@pushtech/place';
import { createLogger } from '@pushtech/service';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeExample } from '../data/make-example.ts';
import { openExample } from '../src/example/example.ts';
import { EXAMPLE_SITE } from '../src/example/story.ts';
import { dataFolder, getJson, spawnFlow } from './start-flow.ts';

interface State {
  made: boolean;
  progress?: number;
}

interface Data {
  summary: { events: number; visitors: number };
  tables: Record<string, { rows: [string | null, number][] }>;
  goals: { events: number; rate: number }[];
  goal: { sources: unknown[]; campaigns: unknown[] };
  ledger: { received: number; duplicates: number; dead: number; dropped: Record<string, number> };
  sites: string[];
  line: { events: number[] };
}

/** With places: where visitors come from is part of the example. */
const start = async (path: string) => {
  const flow = await spawnFlow(path, { GEOIP_CITY_PATH: '' });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    flow.child.kill(signal);
    await flow.ended;
  };
  onTestFinished(() => stop());
  return { url: flow.url, stop };
};

const folderForTest = () => {
  const folder = dataFolder();
  onTestFinished(() => folder.remove());
  return folder;
};

const begin = (url: string) => fetch(`${url}/dashboard/example`, { method: 'POST' });
const stateOf = (url: string) => getJson<State>(`${url}/dashboard/example`);
const remove = (url: string) => fetch(`${url}/dashboard/example`, { method: 'DELETE' });

const untilMade = async (url: string): Promise<number[]> => {
  const steps: number[] = [];
  for (;;) {
    const { made, progress } = await stateOf(url);
    if (made) return steps;
    expect(progress).toBeDefined();
    steps.push(progress ?? 0);
    await sleep(20);
  }
};

const view = (url: string, query = '') =>
  getJson<Data>(`${url}/dashboard/data?data=example&range=30d&${query}`);

describe('the example data', () => {
  it('is made in seconds with something in every table, and pixels are answered meanwhile', async () => {
    const { url } = await start(folderForTest().path);
    expect(await stateOf(url)).toEqual({ made: false });
    const begun = performance.now();
    await begin(url);
    const slowest = { ms: 0 };
    const pixels = async () => {
      while (!(await stateOf(url)).made) {
        const sent = performance.now();
        await (await fetch(`${url}/t/pageview?site=own`)).arrayBuffer();
        slowest.ms = Math.max(slowest.ms, performance.now() - sent);
      }
    };
    const [steps] = await Promise.all([untilMade(url), pixels()]);
    const took = performance.now() - begun;
    console.info(`made in ${Math.round(took)} ms, slowest pixel ${Math.round(slowest.ms)} ms`);
    expect(took).toBeLessThan(30_000);
    // Beside other work; the next test measures what is our own.
    expect(slowest.ms).toBeLessThan((loadavg()[0] as number) < 2 ? 100 : 2000);
    expect(steps.toSorted((a, b) => a - b)).toEqual(steps);

    for (const tables of [
      'path,source,country,device,type,properties.plan',
      'page,referrer,region,browser,site,properties.status',
      'medium,city,os',
      'campaign',
    ]) {
      const { tables: shown } = await view(url, `tables=${tables}`);
      for (const name of tables.split(','))
        expect([name, (shown[name]?.rows.length ?? 0) > 0]).toEqual([name, true]);
    }
    const { goals, goal, ledger, line, sites } = await view(url, 'goal=example-signup');
    for (const { events, rate } of goals)
      expect([events > 0, rate > 0, rate < 1]).toEqual([true, true, true]);
    expect([goal.sources.length > 1, goal.campaigns.length > 1]).toEqual([true, true]);
    expect([ledger.duplicates > 0, ledger.dead > 0, Object.keys(ledger.dropped)]).toEqual([
      true,
      true,
      ['address', 'path'],
    ]);
    expect(line.events.every((n) => n > 0)).toBe(true);
    expect(sites).toEqual([EXAMPLE_SITE]);
  }, 90_000);

  it('is made in slices that hold the event loop for a moment only', async () => {
    const folder = folderForTest();
    const places = await openPlaces({ cityPath: '', warn: () => {} });
    const deps = {
      places,
      devices: createDevices(),
      record: createLogger('silent', 'test'),
      clock: Date.now,
    };
    const example = await openExample({ ...deps, dataDir: folder.path });
    // Time on this thread's processor: what else the machine does is no part of it.
    const used = () => process.threadCpuUsage().user / 1000;
    const slices: number[] = [];
    let last = used();
    let isMaking = true;
    const turn = () => {
      const now = used();
      slices.push(now - last);
      last = now;
      if (isMaking) setImmediate(turn);
    };
    setImmediate(turn);
    await example.show();
    isMaking = false;
    console.info(
      `longest slices: ${slices
        .toSorted((a, b) => b - a)
        .slice(0, 3)
        .map(Math.round)} ms`,
    );
    expect(slices.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(80);
    await example.close();
    await places.close();
  }, 90_000);

  it('never mixes with one’s own numbers, and its files are named for what they are', async () => {
    const { url } = await start(folderForTest().path);
    await begin(url);
    await untilMade(url);
    const { summary } = await getJson<Data>(`${url}/dashboard/data?range=all&bots=include`);
    expect(summary.events).toBe(0);
    expect(await getJson(`${url}/stats/ledger`)).toMatchObject({ received: 0, counted: 0 });
    const csv = await fetch(`${url}/dashboard/table.csv?data=example&table=path`);
    expect(csv.headers.get('content-disposition')).toContain('filename="example-path.csv"');
  }, 90_000);

  it('is there once when it was asked for twice, stays over a restart, and goes with everything', async () => {
    const folder = folderForTest();
    const first = await start(folder.path);
    await Promise.all([begin(first.url), begin(first.url), begin(first.url)]);
    await untilMade(first.url);
    await begin(first.url);
    const { summary } = await view(first.url, 'bots=include');
    await first.stop();
    const second = await start(folder.path);
    expect(await stateOf(second.url)).toEqual({ made: true });
    expect((await view(second.url, 'bots=include')).summary.events).toBeGreaterThan(0.98 * summary.events);
    expect((await remove(second.url)).status).toBe(204);
    expect(await stateOf(second.url)).toEqual({ made: false });
    expect(existsSync(join(folder.path, 'example'))).toBe(false);
    expect((await fetch(`${second.url}/dashboard/data?data=example`)).status).toBe(404);
  }, 90_000);

  it('that was half made when the process was killed is gone at the next start', async () => {
    const folder = folderForTest();
    const first = await start(folder.path);
    await begin(first.url);
    while (((await stateOf(first.url)).progress ?? 0) < 0.2) await sleep(5);
    await first.stop('SIGKILL');
    expect(readdirSync(join(folder.path, 'example')).length).toBeGreaterThan(0);
    const second = await start(folder.path);
    expect(await stateOf(second.url)).toEqual({ made: false });
    expect(existsSync(join(folder.path, 'example'))).toBe(false);
    await begin(second.url);
    await untilMade(second.url);
  }, 90_000);

  it('is removed also while it is being made', async () => {
    const folder = folderForTest();
    const { url } = await start(folder.path);
    await begin(url);
    while (((await stateOf(url)).progress ?? 0) < 0.1) await sleep(5);
    expect((await remove(url)).status).toBe(204);
    expect(await stateOf(url)).toEqual({ made: false });
    expect(existsSync(join(folder.path, 'example'))).toBe(false);
  }, 90_000);

  it('comes from the file that its maker makes', () => {
    const file = readFileSync(new URL('../data/example.json.gz', import.meta.url));
    expect(gunzipSync(file).toString()).toBe(makeExample());
  });
});
