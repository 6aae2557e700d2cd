// Writes example.json.gz, which the example data is made from, out of a real access log: `node packages/flow/data/make-example.ts`.
// A test tells when it was forgotten. Only what people open stays in; the last part of each address is replaced by a count.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Visits } from '../src/example/visits.ts';

const LOG = '../../../scripts/test/fixtures/apache_combined_10000.log.gz';
const LINE = /^(\S+) \S+ \S+ \[([^\]]+)\] "GET (\S+) HTTP\/\d\.\d" (\d{3}) (?:\d+|-) "([^"]*)" "([^"]*)"$/;
const TIME = /^(\d\d)\/May\/2015:(\d\d):(\d\d)/;
const PARTS_OF_PAGES = /\.(png|jpe?g|gif|css|js|ico|svg|ttf|woff|xsl|mp4)$/i;
/** Whole days of the log. */
const DAYS = ['18', '19', '20'];

const createNames = () => {
  const numbers = new Map<string, number>();
  return {
    of(text: string): number {
      const known = numbers.get(text) ?? numbers.size;
      numbers.set(text, known);
      return known;
    },
    list: (): string[] => [...numbers.keys()],
  };
};

/** `83.149.9.216` → `83.149.9.1`: the network still tells the country, and clients of one stay apart. */
const createAddresses = () => {
  const seen = new Map<string, number>();
  const counts = new Map<string, number>();
  return (address: string): string => {
    const network = address.slice(0, address.lastIndexOf('.'));
    const n = seen.get(address) ?? ((counts.get(network) ?? 0) % 254) + 1;
    if (!seen.has(address)) counts.set(network, n);
    seen.set(address, n);
    return `${network}.${n}`;
  };
};

/** The content of example.json.gz. */
export const makeExample = (): string => {
  const addressOf = createAddresses();
  const [clients, agents, paths, referrers] = [createNames(), createNames(), createNames(), createNames()];
  const visits: Visits = { clients: [], agents: [], paths: [], referrers: [], hits: [] };
  for (const line of gunzipSync(readFileSync(new URL(LOG, import.meta.url)))
    .toString('latin1')
    .split('\n')) {
    const [, address = '', time = '', target = '', status, referrer = '', agent = ''] = LINE.exec(line) ?? [];
    const [, day = '', hour, minute] = TIME.exec(time) ?? [];
    const path = target.replace(/[?#].*/s, '');
    if (!DAYS.includes(day) || !path.startsWith('/') || PARTS_OF_PAGES.test(path)) continue;
    const client = clients.of(JSON.stringify([addressOf(address), agents.of(agent)]));
    const ref = referrer === '-' ? -1 : referrers.of(referrer);
    visits.hits.push([
      ...[DAYS.indexOf(day), Number(hour) * 60 + Number(minute), client],
      ...[paths.of(path), ref, Number(status)],
    ] as Visits['hits'][number]);
  }
  return JSON.stringify({
    ...visits,
    clients: clients.list().map((text) => JSON.parse(text)),
    agents: agents.list(),
    paths: paths.list(),
    referrers: referrers.list(),
  });
};

if (import.meta.main) {
  writeFileSync(new URL('example.json.gz', import.meta.url), gzipSync(makeExample(), { level: 9 }));
}
