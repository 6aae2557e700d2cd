import type { DatabaseSync } from 'node:sqlite';
import { HEARTBEAT } from '@pushtech/event';
import { createClockReader } from '../../clock-reader.ts';
import { dimensionsWith } from '../../dimensions.ts';
import type { Settled } from '../../options.ts';
import { firstKeptDay } from '../../retention.ts';
import { createCounting } from './counting.ts';
import {
  type Books,
  type Fact,
  ID,
  isBooks,
  OCCURRED_AT,
  ORIGIN,
  RECEIVED_AT,
  RUN,
  VALUES,
} from './facts.ts';
import type { ReceivedId } from './ids.ts';
import { createLedger, type LedgerRow } from './ledger.ts';
import { createRecogniser } from './recogniser.ts';
import { createRoad } from './road.ts';
import { DAY_MINUTES, MINUTE } from './schema.ts';

export interface Tally {
  counted: number;
  duplicates: number;
}

/** An event whose id has yet to be looked up. */
interface Candidate extends ReceivedId {
  /** Where its facts begin. */
  first: number;
  /** Epoch ms. */
  occurredAt: number;
  row: LedgerRow;
}

/** Writes some records into counters and ledger. Runs inside a transaction; `reset` after one that failed. */
export const createBookkeeper = (db: DatabaseSync, prefix: string, options: Settled) => {
  const recogniser = createRecogniser(db, prefix, {
    days: options.duplicateWindowDays,
    ids: options.duplicateWindowIds,
  });
  const ledger = createLedger(db, prefix);
  const counting = createCounting(db, prefix, options);
  const road = createRoad(db, prefix);
  let tally: Tally = { counted: 0, duplicates: 0 };
  let now = 0;
  let facts: readonly Fact[] = [];
  /** Facts of one event. */
  const width = VALUES + dimensionsWith(options.properties).length;
  let candidates: Candidate[] = [];
  const readReceivedAt = createClockReader();
  const readOccurredAt = createClockReader();

  const isRedelivered = (origin: string | undefined): boolean =>
    origin !== undefined && recogniser.isRedelivered(origin);

  /** @param first where its facts begin */
  const takeEvent = (first: number): void => {
    const text = (field: number) => facts[first + field] as string;
    const receivedAt = readReceivedAt(text(RECEIVED_AT));
    const occurredAt = readOccurredAt(text(OCCURRED_AT));
    const redelivered = isRedelivered(text(ORIGIN));
    const row = ledger.row(receivedAt, text(RUN));
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
    candidates.push({ id: text(ID), at: Math.floor(receivedAt / 1000), first, occurredAt, row });
  };

  const settle = ({ first, occurredAt, row }: Candidate, isNew: boolean): void => {
    if (!isNew) {
      tally.duplicates += 1;
      row.duplicates += 1;
      return;
    }
    tally.counted += 1;
    row.counted += 1;
    counting.count(facts, first, occurredAt, now);
    if (facts[first + RUN] === HEARTBEAT) road.beat(readReceivedAt(facts[first + RECEIVED_AT] as string));
  };

  /** Ids are looked up many at a time: that is cheaper. */
  const settleAll = (): void => {
    const areNew = recogniser.takeIds(candidates);
    for (let i = 0; i < candidates.length; i++) settle(candidates[i] as Candidate, areNew[i] === true);
    candidates = [];
  };

  const takeBooks = (record: Books): void => {
    if (record.kind === 'received') {
      const { batch, tallies } = record.received;
      if (recogniser.wasReceived(batch)) return;
      for (const { minute, n, run } of tallies) ledger.row(minute, run).received += n;
      return;
    }
    const { at, run } = record.kind === 'dead' ? record.dead : record.dropped;
    const row = ledger.row(Date.parse(at), run);
    const n = record.kind === 'dead' ? 1 : record.dropped.n;
    if (isRedelivered(record.origin)) row.redelivered += n;
    if (record.kind === 'dead') row.dead += 1;
    else row.drops.set(record.dropped.reason, (row.drops.get(record.dropped.reason) ?? 0) + n);
  };

  return {
    /** Takes records in, all but the first `skip`. */
    keep(given: readonly Fact[], skip: number): Tally {
      facts = given;
      now = options.clock();
      tally = { counted: 0, duplicates: 0 };
      recogniser.begin(now);
      for (let at = 0, n = 0; at < facts.length; n++) {
        const head = facts[at];
        if (n >= skip && isBooks(head)) takeBooks(head);
        else if (n >= skip) takeEvent(at);
        at += isBooks(head) ? 1 : width;
      }
      settleAll();
      counting.flush();
      recogniser.flush();
      ledger.flush();
      road.flush(now);
      return tally;
    },
    reset(): void {
      candidates = [];
      facts = [];
      counting.reset();
      recogniser.reset();
      ledger.reset();
      road.reset();
    },
  };
};

export type Bookkeeper = ReturnType<typeof createBookkeeper>;
