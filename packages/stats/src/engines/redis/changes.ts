import { HEARTBEAT } from '@pushtech/event';
import type { Dimension } from '../../dimensions.ts';
import type { StatsRecord } from '../../stats.ts';
import { withVisitors } from './names.ts';
import { minuteOf, NEW, type Part, REDELIVERED, type Taken } from './part.ts';
import { createPlaces } from './places.ts';

type Row = Record<string, number>;

/** How the numbers of a ledger row are named in Redis; drops are `:<reason>`. */
export const LEDGER = {
  received: 'r',
  redelivered: 'e',
  counted: 'c',
  duplicates: 'd',
  dead: 'x',
} as const;

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

/** The books of some records, by minute of receipt and label of the import. */
const createBooks = () => {
  const rows = new Map<string, { minute: number; run: string; row: Row }>();
  return {
    add(minute: number, run: string | undefined, name: string, n: number): void {
      const label = (run ?? '').toWellFormed();
      const key = `${minute} ${label}`;
      const found = rows.get(key) ?? { minute, run: label, row: {} };
      rows.set(key, found);
      found.row[name] = (found.row[name] ?? 0) + n;
    },
    rows: () => [...rows.values()],
  };
};
type Books = ReturnType<typeof createBooks>;

/** For the script: day, hour, label, minute, what is added to the day's row, what to the minute's. */
const tellLedger = (books: Books) => {
  const days = new Map<string, Row>();
  const told = books.rows().map(({ minute, run, row }) => {
    const hour = Math.floor(minute / HOUR_MINUTES);
    const day = Math.floor(hour / DAY_HOURS);
    const known = days.get(`${day} ${run}`);
    const ofDay = known ?? {};
    days.set(`${day} ${run}`, ofDay);
    for (const [name, n] of Object.entries(row)) ofDay[name] = (ofDay[name] ?? 0) + n;
    return [
      day,
      hour - day * DAY_HOURS,
      run,
      minute - hour * HOUR_MINUTES,
      known ? false : ofDay,
      row,
    ] as const;
  });
  return { ledger: told, ledgerDays: [...new Set(told.map(([day]) => day))] };
};

const takeBooks = (
  books: Books,
  record: Exclude<StatsRecord, { kind: 'event' }>,
  { at, redelivered }: { at: number; redelivered: boolean },
): void => {
  if (record.kind === 'received') {
    if (redelivered) return;
    for (const { minute, n, run } of record.received.tallies)
      books.add(minuteOf(minute), run, LEDGER.received, n);
    return;
  }
  const { run } = record.kind === 'dead' ? record.dead : record.dropped;
  const n = record.kind === 'dead' ? 1 : record.dropped.n;
  if (redelivered) books.add(minuteOf(at), run, LEDGER.redelivered, n);
  books.add(
    minuteOf(at),
    run,
    record.kind === 'dead' ? LEDGER.dead : `:${record.dropped.reason.toWellFormed()}`,
    n,
  );
};

export interface Changes {
  changes: string;
  visitors: Buffer;
  counted: number;
  duplicates: number;
}

/**
 * What a part changes, if its records have these statuses.
 * @param now epoch ms
 */
export const changesOf = (
  { taken }: Part,
  statuses: string,
  { dimensions, now }: { dimensions: readonly Dimension[]; now: number },
): Changes => {
  const books = createBooks();
  const places = createPlaces(dimensions);
  let counted = 0;
  let duplicates = 0;
  let newestBeat = Number.NEGATIVE_INFINITY;

  const takeEvent = ({ record, at, occurredAt, tooOld }: Taken, status: string): void => {
    if (record.kind !== 'event') return;
    const { event, goals } = record;
    const minute = minuteOf(at);
    if (status === REDELIVERED) books.add(minute, event.run, LEDGER.redelivered, 1);
    if (tooOld) {
      books.add(minute, event.run, ':retention', 1);
    } else if (status !== NEW) {
      duplicates += 1;
      books.add(minute, event.run, LEDGER.duplicates, 1);
    } else {
      counted += 1;
      books.add(minute, event.run, LEDGER.counted, 1);
      places.count(event, occurredAt, goals);
      if (event.run === HEARTBEAT) newestBeat = Math.max(newestBeat, at);
    }
  };

  taken.forEach((one, i) => {
    const status = statuses[i] ?? NEW;
    if (one.record.kind === 'event') takeEvent(one, status);
    else takeBooks(books, one.record, { at: one.at, redelivered: status === REDELIVERED });
  });
  const { days, visitors } = places.finish();
  const changes = JSON.stringify({
    ...tellLedger(books),
    days,
    dimensions: dimensions.map(({ name }) => name.toWellFormed()),
    withVisitors: withVisitors.length,
    ...(newestBeat > 0 && { road: { at: newestBeat, delayMs: now - newestBeat } }),
  });
  return { changes, visitors, counted, duplicates };
};
