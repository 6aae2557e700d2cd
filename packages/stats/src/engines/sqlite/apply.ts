import { setImmediate } from 'node:timers/promises';
import type { Database } from '@pushtech/sqlite';
import type { Settled } from '../../options.ts';
import type { ApplyResult, StatsBatch } from '../../stats.ts';
import { createBookkeeper, type Tally } from './bookkeeper.ts';

/** A write transaction aims at this (ms); 5 is the promise. */
const AIM_MS = 4;
const FEWEST = 16;
const MOST = 1000;

interface Stored {
  position: number;
  /** Records after `position` that are in the counters already: a big batch takes several transactions. */
  done: number;
}

type Step = { stale: number } | { end: number; counted: number; duplicates: number };

/**
 * Applies batches in transactions of a few milliseconds. The stored position stays where the batch began until its last
 * record is in; `done` counts what is. So a batch that was cut off comes again from the same position and goes on there.
 */
export const createApply = (database: Database, prefix: string, options: Settled) => {
  const { db } = database;
  const table = `${prefix}stats_positions`;
  const read = db.prepare(`SELECT position, done FROM ${table} WHERE source = ?`);
  const write = db.prepare(
    `INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE SET position = excluded.position, done = excluded.done`,
  );
  const bookkeeper = createBookkeeper(db, prefix, options);
  let size = 50;
  let version = database.dataVersion();
  let last: (Stored & { source: string }) | undefined;

  const stored = (source: string): Stored | undefined => {
    const row = read.get(source);
    return row && { position: Number(row.position), done: Number(row.done) };
  };

  /**
   * What we remember may be wrong: somebody else wrote (a worker who held the partition meanwhile), or our last
   * transaction was rolled back.
   */
  const forgetIfOld = (): void => {
    const now = database.dataVersion();
    const kept = last && stored(last.source);
    if (now !== version || kept?.position !== last?.position || kept?.done !== last?.done) bookkeeper.reset();
    version = now;
  };

  const move = (source: string, position: number, done: number): void => {
    write.run(source, position, done);
    last = { source, position, done };
  };

  const begin = (batch: StatsBatch): Stored => {
    const found = stored(batch.source) ?? { position: 0, done: 0 };
    return batch.newEpoch && found.position !== batch.from ? { position: batch.from, done: 0 } : found;
  };

  /** What a failed transaction left in memory must not reach the next one. */
  const keep = (records: StatsBatch['records'], start: number, end: number): Tally => {
    try {
      return bookkeeper.keep(records, start, end);
    } catch (error) {
      bookkeeper.reset();
      throw error;
    }
  };

  /** One transaction. @param expected how far the one before came; `undefined` at first */
  const step = (batch: StatsBatch, expected: number | undefined): Step => {
    forgetIfOld();
    const { source, from, next, records } = batch;
    const at = expected === undefined ? begin(batch) : (stored(source) ?? { position: 0, done: 0 });
    if (at.position !== from || (expected !== undefined && at.done !== expected))
      return { stale: at.position };
    const start = Math.min(at.done, records.length);
    const end = Math.min(start + size, records.length);
    const tally = keep(records, start, end);
    if (end < records.length) move(source, from, end);
    else move(source, next, at.done - start);
    return { end, ...tally };
  };

  const adapt = (n: number, ms: number): void => {
    if (n < Math.min(size, FEWEST) && ms < AIM_MS) return;
    const aim = (n * AIM_MS) / Math.max(ms, 0.01);
    size = Math.round(Math.max(FEWEST, Math.min(MOST, size * 2, (size + aim) / 2)));
  };

  return {
    position: (source: string): number | undefined => stored(source)?.position,

    async apply(batch: StatsBatch): Promise<ApplyResult> {
      let counted = 0;
      let duplicates = 0;
      let done: number | undefined;
      do {
        if (done !== undefined) await setImmediate();
        const expected = done;
        let began = 0;
        const result = await database.write(() => {
          began = performance.now();
          return step(batch, expected);
        });
        const took = performance.now() - began;
        if ('stale' in result) return { applied: false, expected: result.stale };
        if (result.end > (done ?? 0)) adapt(result.end - (done ?? 0), took);
        done = result.end;
        counted += result.counted;
        duplicates += result.duplicates;
      } while (done < batch.records.length);
      return { applied: true, counted, duplicates };
    },

    /** Whatever was written besides `apply`: caches start anew. */
    forget: () => bookkeeper.reset(),
  };
};
