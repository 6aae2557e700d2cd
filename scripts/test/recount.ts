// Counts an access log in one pass, with no code of the parser or the pipeline, for tests to compare with.
// Run: node scripts/test/recount.ts LOG[.gz] MAP.tsv CITY.mmdb SECRET_KEY [SITE]; prints JSON.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type CityResponse, Reader } from 'maxmind';

export interface Counts {
  /** Events by value. */
  counts: Record<string, number>;
  /** Events without one. */
  unknown: number;
}

export interface Recount {
  lines: number;
  kept: number;
  /** Numbers of the lines that cannot be read, from 1 on. */
  malformed: number[];
  /** Distinct clients as the log names them. */
  addresses: number;
  /** Events with a position. */
  located: number;
  /** Events by start of the UTC hour, ISO 8601. */
  hour: Counts;
  country: Counts;
  city: Counts;
  referrer: Counts;
  path: Counts;
  status: Counts;
  method: Counts;
  /** Distinct identifiers; one person counts once a day, so that days add up. */
  visitors: number;
  /** Visitors by UTC day. */
  visitorsByDay: Record<string, number>;
  /** A few identifiers with what they are made of, for looking one up on the log. */
  samples: { line: number; visitor: string; ip: string }[];
}

export interface RecountOptions {
  log: string;
  map: string;
  city: string;
  secretKey: string;
  site?: string;
}

const LINE = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) HTTP\/\d\.\d" (\d{3}) (?:\d+|-) "([^"]*)" "([^"]*)"$/;
const TIME = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;

const readText = (path: string): string =>
  path.endsWith('.gz') ? gunzipSync(readFileSync(path)).toString('latin1') : readFileSync(path, 'latin1');

const none = (): Counts => ({ counts: Object.create(null) as Record<string, number>, unknown: 0 });

const count = (into: Counts, value: string | undefined): void => {
  if (value === undefined) into.unknown += 1;
  else into.counts[value] = (into.counts[value] ?? 0) + 1;
};

const readMap = (path: string): Map<string, string> =>
  new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .map((row) => row.split('\t').slice(0, 2) as [string, string]),
  );

/** Date.parse reads `17 May 2015 10:05:03 +0000` on its own. */
const readTime = (text: string): number => {
  const [, day, month, year, clock, hours, minutes] = TIME.exec(text) ?? [];
  return Date.parse(`${day} ${month} ${year} ${clock} ${hours}${minutes}`);
};

const hostOf = (referrer: string): string | undefined =>
  referrer === '-' ? undefined : /^\w+:\/\/([^/?#]+)/.exec(referrer)?.[1]?.toLowerCase();

export const recount = ({ log, map, city, secretKey, site = 'log.invalid' }: RecountOptions): Recount => {
  const addressOf = readMap(map);
  const places = new Reader<CityResponse>(readFileSync(city));
  const result: Recount = {
    ...{ lines: 0, kept: 0, malformed: [], addresses: 0, located: 0 },
    ...{ hour: none(), country: none(), city: none(), referrer: none() },
    ...{ path: none(), status: none(), method: none() },
    ...{ visitors: 0, visitorsByDay: {}, samples: [] },
  };
  const clients = new Set<string>();
  const visitors = new Set<string>();
  for (const line of readText(log).replace(/\n$/, '').split('\n')) {
    result.lines += 1;
    const match = LINE.exec(line);
    if (!match) {
      result.malformed.push(result.lines);
      continue;
    }
    const [, client = '', time = '', method, target = '', status, referrer = '', agent = ''] = match;
    result.kept += 1;
    clients.add(client);
    const at = new Date(readTime(time)).toISOString();
    const ip = addressOf.get(client) ?? client;
    const place = places.get(ip);
    if (place?.location?.latitude !== undefined) result.located += 1;
    count(result.hour, `${at.slice(0, 13)}:00:00.000Z`);
    count(result.country, place?.country?.iso_code);
    count(result.city, place?.city?.names.en);
    count(result.referrer, hostOf(referrer));
    count(result.path, /^[^?#]*/.exec(target)?.[0]);
    count(result.status, status);
    count(result.method, method);
    const day = at.slice(0, 10);
    const facts = [day, site, ip, agent === '-' ? '' : agent].join('\x1f');
    const visitor = createHmac('sha256', secretKey).update(facts).digest('base64url').slice(0, 16);
    if (!visitors.has(visitor)) result.visitorsByDay[day] = (result.visitorsByDay[day] ?? 0) + 1;
    visitors.add(visitor);
    if (result.lines % 1000 === 1) result.samples.push({ line: result.lines, visitor, ip });
  }
  return { ...result, addresses: clients.size, visitors: visitors.size };
};

if (import.meta.main) {
  const [log = '', map = '', city = '', secretKey = '', site] = process.argv.slice(2);
  const options = { log, map, city, secretKey, ...(site !== undefined && { site }) };
  process.stdout.write(`${JSON.stringify(recount(options))}\n`);
}
