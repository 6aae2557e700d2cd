import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '@pushtech/event';
import type { Settled } from '../../options.ts';
import type { StatsRecord } from '../../stats.ts';
import { createCounting } from './counting.ts';
import type { ReceivedId } from './ids.ts';
import { createLedger, type LedgerRow } from './ledger.ts';
import { createRecogniser } from './recogniser.ts';
import { DAY_MINUTES, MINUTE } from './schema.ts';

export interface Tally {
  counted: number;
  duplicates: number;
}

/** The first UTC day that is kept, in days since 1970. @param now epoch ms */
export const firstKeptDay = (retentionDays: number, now: number): number =>
  retentionDays === 0 ? Number.NEGATIVE_INFINITY : Math.floor(now / (DAY_MINUTES * MINUTE)) - retentionDays;

/** An event whose id has yet to be looked up. */
interface Candidate extends ReceivedId {
  event: Event;
  /** Epoch ms. */
  occurredAt: number;
  row: LedgerRow;
}

/** Reads ISO times. Neighbours often have the same one. */
const createClockReader = () => {
  let last = '';
  let at = 0;
  return (text: string): number => {
    if (text !== last) at = Date.parse(text);
    last = text;
    return at;
  };
};

/** Writes some records into counters and ledger. Runs inside a transaction; `reset` after one that failed. */
export const createBookkeeper = (db: DatabaseSync, prefix: string, options: Settled) => {
  const recogniser = createRecogniser(db, prefix, {
    days: options.duplicateWindowDays,
    ids: options.duplicateWindowIds,
  });
  const ledger = createLedger(db, prefix);
  const counting = createCounting(db, prefix, options);
  let tally: Tally = { counted: 0, duplicates: 0 };
  let now = 0;
  let candidates: Candidate[] = [];
  const readReceivedAt = createClockReader();
  const readOccurredAt = createClockReader();

  const takeEvent = (event: Event, redelivered: boolean): void => {
    const receivedAt = readReceivedAt(event.receivedAt);
    const occurredAt = readOccurredAt(event.occurredAt);
    const row = ledger.row(receivedAt, event.run);
    if (redelivered) row.redelivered += 1;
    if (Math.floor(occurredAt / (DAY_MINUTES * MINUTE)) < firstKeptDay(options.retentionDays, now)) {
      row.drops.set('retention', (row.drops.get('retention') ?? 0) + 1);
      return;
    }
    if (redelivered) {
      tally.duplicates += 1;
      row.duplicates += 1;
      return;
    }
    candidates.push({ id: event.id, at: Math.floor(receivedAt / 1000), event, occurredAt, row });
  };

  const settle = ({ event, occurredAt, row }: Candidate, isNew: boolean): void => {
    if (!isNew) {
      tally.duplicates += 1;
      row.duplicates += 1;
      return;
    }
    tally.counted += 1;
    row.counted += 1;
    counting.count(event, occurredAt, now);
  };

  /** Ids are looked up many at a time: that is cheaper. */
  const settleAll = (): void => {
    const areNew = recogniser.takeIds(candidates);
    for (let i = 0; i < candidates.length; i++) settle(candidates[i] as Candidate, areNew[i] === true);
    candidates = [];
  };

  const take = (record: StatsRecord): void => {
    if (record.kind === 'received') {
      const { batch, tallies } = record.received;
      if (recogniser.wasReceived(batch)) return;
      for (const { minute, n, run } of tallies) ledger.row(minute, run).received += n;
      return;
    }
    const redelivered = record.origin !== undefined && recogniser.isRedelivered(record.origin);
    if (record.kind === 'event') {
      takeEvent(record.event, redelivered);
      return;
    }
    const { at, run } = record.kind === 'dead' ? record.dead : record.dropped;
    const row = ledger.row(Date.parse(at), run);
    const n = record.kind === 'dead' ? 1 : record.dropped.n;
    if (redelivered) row.redelivered += n;
    if (record.kind === 'dead') row.dead += 1;
    else row.drops.set(record.dropped.reason, (row.drops.get(record.dropped.reason) ?? 0) + n);
  };

  return {
    /** Takes `records[start…end)` in. */
    keep(records: readonly StatsRecord[], start: number, end: number): Tally {
      now = options.clock();
      tally = { counted: 0, duplicates: 0 };
      recogniser.begin(now);
      for (let i = start; i < end; i++) take(records[i] as StatsRecord);
      settleAll();
      counting.flush();
      recogniser.flush();
      ledger.flush();
      return tally;
    },
    reset(): void {
      candidates = [];
      counting.reset();
      recogniser.reset();
      ledger.reset();
    },
  };
};

export type Bookkeeper = ReturnType<typeof createBookkeeper>;
