import { setTimeout as sleep } from 'node:timers/promises';
import { type Buffer, openBuffer } from '@pushtech/buffer';
import type { Ledger } from '@pushtech/stats';
import { getJson, sum } from '../start-flow.ts';
import type { followLogIds } from './log-ids.ts';
import { fetchMetrics, readMetric } from './read-metrics.ts';
import type { Services } from './services.ts';

const LOOK_MS = 100;
const ALL_TIME = 'from=1990-01-01&to=2100-01-01&bots=include';

/** What is true once everything has been worked off. */
export interface Settled {
  /** Id → how often it lies on the log. */
  events: Map<string, number>;
  dead: Map<string, number>;
  ledger: Ledger;
  /** Ids of these that can be counted. */
  countable: number;
  /** Events in the counters. */
  counted: number;
}

interface SettleDeps {
  services: Services;
  logIds: Awaited<ReturnType<typeof followLogIds>>;
  bufferUrl: string;
  /** Ids on the log that nobody can count, as the test knows. */
  poison: ReadonlySet<string>;
}

/** Who answers questions about the counters. */
const askable = (services: Services) => services.of('stats').filter(({ isUp }) => isUp());

/** What every tracker still holds: bytes in memory, batches in its spool. */
const heldByTrackers = async (services: Services): Promise<number> => {
  let held = 0;
  for (const { url } of services.of('tracker')) {
    const text = await fetchMetrics(url);
    held += readMetric(text, 'pushtech_tracker_waiting_bytes') ?? 0;
    held += readMetric(text, 'pushtech_tracker_spool_records') ?? 0;
  }
  return held;
};

/** The books of one copy of the stats consumer, and what does not add up in them yet. */
const readBooks = async (url: string, unique: number) => {
  const ledger = await getJson<Ledger>(`${url}/stats/ledger`);
  const { events: counted } = await getJson<{ events: number }>(`${url}/stats/summary?${ALL_TIME}`);
  const { received, redelivered, kept, dead, dropped, duplicates } = ledger;
  const open = [
    ...(counted === unique ? [] : [`I3: ${counted} events counted, ${unique} ids on the log`]),
    ...(ledger.counted === unique ? [] : [`I3: the ledger counted ${ledger.counted} of ${unique} ids`]),
    ...(received + redelivered === kept + dead + sum(dropped)
      ? []
      : [`I3: received + redelivered ≠ kept + dead + dropped: ${JSON.stringify(ledger)}`]),
    ...(kept === ledger.counted + duplicates
      ? []
      : [`I3: kept ≠ counted + duplicates: ${JSON.stringify(ledger)}`]),
  ];
  return { ledger, counted, open };
};

const lookOnce = async (
  { services, logIds, poison }: SettleDeps,
  buffer: Buffer,
  acked: () => Iterable<string>,
) => {
  const held = await heldByTrackers(services);
  const { entries } = await buffer.status();
  const { events, dead } = await logIds.look();
  const missing: string[] = [];
  for (const id of acked()) if (!events.has(id) && !dead.has(id)) missing.push(id);
  const books = [];
  const countable = [...events.keys()].filter((id) => !poison.has(id)).length;
  for (const { url } of askable(services)) books.push(await readBooks(url, countable));
  const open = [
    ...(held > 0 ? [`trackers still hold ${held} bytes or batches`] : []),
    ...(entries > 0 ? [`the buffer holds ${entries} entries that are not acknowledged`] : []),
    ...(missing.length > 0
      ? [`I1: ${missing.length} acknowledged ids are not on the log, e.g. ${missing.slice(0, 3).join(' ')}`]
      : []),
    ...books.flatMap((book) => book.open),
    ...(books.length === 0 ? ['no stats consumer answers'] : []),
  ];
  return { open, settled: { events, dead, countable, ...books[0] } as Settled };
};

/** Waits until nothing is under way anywhere and all books agree. */
export const createSettle = async (deps: SettleDeps) => {
  const buffer = await openBuffer(deps.bufferUrl);

  return {
    /** @returns what is there, and what was still open after `withinMs` */
    async settle(
      acked: () => Iterable<string>,
      withinMs: number,
    ): Promise<{ open: string[]; settled?: Settled }> {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const look = await lookOnce(deps, buffer, acked).catch((error: Error) => ({ open: [error.message] }));
        if (look.open.length === 0 || Date.now() > deadline) return look;
        await sleep(LOOK_MS);
      }
    },
    append: (body: string) => buffer.append(body),
    close: () => buffer.close(),
  };
};
