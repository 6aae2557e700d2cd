import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Event, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { type Counts, type Recount, recount } from '@pushtech/scripts/recount';
import type { Ledger } from '@pushtech/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, getJson, type Running, spawnFlow } from './start-flow.ts';

const SECRET_KEY = 'the key of the replay test, which is longer than 32';
const at = (path: string): string => new URL(`../../../scripts/${path}`, import.meta.url).pathname;
const fixture = (name: string): string => at(`test/fixtures/${name}`);
const files = {
  log: fixture('apache_combined_10000.log.gz'),
  map: fixture('replay_ip_map.tsv'),
  city: fixture('GeoLite2-City-Test.mmdb'),
};
/** The log's own time: May 2015, half-open. */
const SPAN = 'from=2015-05-01&to=2015-06-01';

interface Result {
  lines: number;
  sent: number;
  addresses: number;
  malformed: { line: number; reason: string }[];
  ledger: Ledger;
}

const folder = dataFolder();
let flow: Running;
let expected: Recount;

/** The task as a user runs it: a process of its own. */
const replay = async (...args: string[]): Promise<Result> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [at('src/main.ts'), 'replay', ...args, '--url', flow.url, '--json'],
    {
      env: { PATH: process.env.PATH, DATA_DIR: folder.path },
    },
  );
  return JSON.parse(stdout) as Result;
};

const topOf = async (dimension: string): Promise<Counts> => {
  const { rows, other } = await getJson<{
    rows: { value: string | null; events: number }[];
    other: { events: number };
  }>(`${flow.url}/stats/top?dimension=${dimension}&limit=5000&bots=include&${SPAN}`);
  expect(other.events).toBe(0);
  const counts = Object.assign(
    Object.create(null),
    Object.fromEntries(rows.flatMap(({ value, events }) => (value === null ? [] : [[value, events]]))),
  );
  return { counts, unknown: rows.find(({ value }) => value === null)?.events ?? 0 };
};

const hours = async (): Promise<Record<string, number>> => {
  const { points } = await getJson<{ points: { at: string; events: number }[] }>(
    `${flow.url}/stats/series?interval=hour&bots=include&${SPAN}`,
  );
  return Object.fromEntries(points.flatMap(({ at: hour, events }) => (events > 0 ? [[hour, events]] : [])));
};

beforeAll(async () => {
  expected = recount({ ...files, secretKey: SECRET_KEY });
  flow = await spawnFlow(folder.path, {
    SECRET_KEY,
    GEOIP_CITY_PATH: files.city,
    STATS_PROPERTIES: 'status,method',
  });
}, 60_000);
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

describe('the replay of a real log', () => {
  it('keeps and counts every line but the malformed one, which it names', async () => {
    const result = await replay(files.log, '--map', files.map);
    expect(result).toMatchObject({
      lines: 10_000,
      sent: 9999,
      addresses: 1753,
      malformed: [{ line: 8899, reason: expect.any(String) }],
      ledger: {
        received: 9999,
        redelivered: 0,
        kept: 9999,
        dead: 0,
        dropped: {},
        counted: 9999,
        duplicates: 0,
      },
    });
    expect(expected).toMatchObject({
      lines: 10_000,
      kept: 9999,
      addresses: 1753,
      malformed: [8899],
      located: 9172,
    });
  }, 60_000);

  it.each(['country', 'city', 'referrer', 'path', 'status', 'method'] as const)(
    'counts by %s as an independent count does',
    async (name) => {
      const dimension = name === 'status' || name === 'method' ? `properties.${name}` : name;
      expect(await topOf(dimension)).toEqual(expected[name]);
    },
  );

  it('counts by hour as an independent count does', async () => {
    expect(await hours()).toEqual({ ...expected.hour.counts });
  });

  it('counts visitors as an independent count does', async () => {
    const summary = await getJson(`${flow.url}/stats/summary?bots=include&${SPAN}`);
    expect(summary).toMatchObject({ events: 9999, visitors: expected.visitors, visitorsExact: true });
    const { points } = await getJson<{ points: { at: string; visitors: number }[] }>(
      `${flow.url}/stats/series?interval=day&bots=include&${SPAN}`,
    );
    const byDay = Object.fromEntries(
      points.flatMap(({ at: day, visitors }) => (visitors > 0 ? [[day.slice(0, 10), visitors]] : [])),
    );
    expect(byDay).toEqual(expected.visitorsByDay);
  });

  it('gives 9,172 events a location on the log, and masks every address', async () => {
    const log = await openLog(`sqlite:${folder.path}/log.db`);
    let located = 0;
    for (let from = 0; ; ) {
      const { records, next } = await log.read(topics.events, 0, from, 1000);
      if (records.length === 0) break;
      for (const { value } of records) {
        const event = JSON.parse(value) as Event;
        if (event.place?.location) located += 1;
        expect(event.ip).toMatch(/^(\d+\.\d+\.\d+\.0|[0-9a-f:]+::)$/);
      }
      from = next;
    }
    await log.close();
    expect(located).toBe(expected.located);
  });

  it('a second time changes nothing but the duplicates', async () => {
    const before = [
      await hours(),
      await topOf('path'),
      await getJson(`${flow.url}/stats/summary?bots=include&${SPAN}`),
    ];
    const result = await replay(files.log, '--map', files.map);
    expect(result.ledger).toMatchObject({ received: 9999, kept: 9999, counted: 0, duplicates: 9999 });
    expect([
      await hours(),
      await topOf('path'),
      await getJson(`${flow.url}/stats/summary?bots=include&${SPAN}`),
    ]).toEqual(before);
  }, 60_000);

  it.each(['apache_edge_cases.log', 'nginx_edge_cases.log'])(
    'keeps or names every line of %s',
    async (name) => {
      const { lines, sent, malformed, ledger } = await replay(fixture(name));
      expect(sent + malformed.length).toBe(lines);
      expect(ledger.counted).toBe(sent);
      for (const { line, reason } of malformed) expect([line > 0, reason.length > 0]).toEqual([true, true]);
    },
  );
});
