import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Event, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { type Counts, type Recount, recount } from '@pushtech/scripts/recount';
import type { Ledger } from '@pushtech/stats';
import { expect } from 'vitest';
import { getJson } from './start-flow.ts';

export const SECRET_KEY = 'the key of the replay test, which is longer than 32';
const at = (path: string): string => new URL(`../../../scripts/${path}`, import.meta.url).pathname;
export const fixture = (name: string): string => at(`test/fixtures/${name}`);
export const files = {
  log: fixture('apache_combined_10000.log.gz'),
  map: fixture('replay_ip_map.tsv'),
  city: fixture('GeoLite2-City-Test.mmdb'),
};
/** The log's own time: May 2015, half-open. */
const SPAN = 'from=2015-05-01&to=2015-06-01';

/** What the services must know to count as the independent count does. */
export const replayEnv = { SECRET_KEY, GEOIP_CITY_PATH: files.city, STATS_PROPERTIES: 'status,method' };

export interface Result {
  lines: number;
  sent: number;
  addresses: number;
  malformed: { line: number; reason: string }[];
  ledger: Ledger;
}

/** What the whole log gives when it is replayed for the first time. */
export const firstReplay = {
  lines: 10_000,
  sent: 9999,
  addresses: 1753,
  malformed: [{ line: 8899, reason: expect.any(String) }],
  ledger: { received: 9999, redelivered: 0, kept: 9999, dead: 0, dropped: {}, counted: 9999, duplicates: 0 },
};

export const expectedCounts = (): Recount => recount({ ...files, secretKey: SECRET_KEY });

/** The task as a user runs it: a process of its own. `args` beside the addresses. */
export const replay = async (
  urls: { url: string; statsUrl?: string },
  dataDir: string,
  ...args: string[]
): Promise<Result> => {
  const to = ['--url', urls.url, ...(urls.statsUrl ? ['--stats-url', urls.statsUrl] : [])];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [at('src/main.ts'), 'replay', ...args, ...to, '--json'],
    { env: { PATH: process.env.PATH, DATA_DIR: dataDir, SECRET_KEY } },
  );
  return JSON.parse(stdout) as Result;
};

export const dimensions = ['country', 'city', 'referrer', 'path', 'status', 'method'] as const;

/** Events by the values of a dimension, as `/stats/top` tells them. */
export const topOf = async (url: string, name: (typeof dimensions)[number]): Promise<Counts> => {
  const dimension = name === 'status' || name === 'method' ? `properties.${name}` : name;
  const { rows, other } = await getJson<{
    rows: { value: string | null; events: number }[];
    other: { events: number };
  }>(`${url}/stats/top?dimension=${dimension}&limit=5000&bots=include&${SPAN}`);
  expect(other.events).toBe(0);
  const counts = Object.assign(
    Object.create(null),
    Object.fromEntries(rows.flatMap(({ value, events }) => (value === null ? [] : [[value, events]]))),
  );
  return { counts, unknown: rows.find(({ value }) => value === null)?.events ?? 0 };
};

interface Point {
  at: string;
  events: number;
  visitors: number;
}

const series = async (url: string, interval: string): Promise<Point[]> =>
  (await getJson<{ points: Point[] }>(`${url}/stats/series?interval=${interval}&bots=include&${SPAN}`))
    .points;

export const hoursOf = async (url: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await series(url, 'hour')).flatMap(({ at: hour, events }) => (events > 0 ? [[hour, events]] : [])),
  );

export const visitorsByDayOf = async (url: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await series(url, 'day')).flatMap(({ at: day, visitors }) =>
      visitors > 0 ? [[day.slice(0, 10), visitors]] : [],
    ),
  );

export interface Summary {
  events: number;
  visitors: number;
  visitorsExact: boolean;
}

export const summaryOf = (url: string): Promise<Summary> =>
  getJson<Summary>(`${url}/stats/summary?bots=include&${SPAN}`);

/** Every event on the log. */
export const eventsOn = async (logUrl: string): Promise<Event[]> => {
  const log = await openLog(logUrl);
  const events: Event[] = [];
  for (const { partition, start, end } of await log.ranges(topics.events)) {
    for (let from = start; from < end; ) {
      const { records, next } = await log.read(topics.events, partition, from, 1000);
      events.push(...records.map(({ value }) => JSON.parse(value) as Event));
      from = next;
    }
  }
  await log.close();
  return events;
};
