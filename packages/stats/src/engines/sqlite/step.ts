import type { Settled } from '../../options.ts';
import { createBookkeeper } from './bookkeeper.ts';
import type { Fact } from './facts.ts';
import type { WriterDatabase } from './writer-database.ts';

/** A part of a batch, for one transaction. */
export interface Part {
  source: string;
  from: number;
  next: number;
  newEpoch: boolean;
  /** Which records of the batch these are the facts of. */
  start: number;
  end: number;
  facts: Fact[];
  /** Records of the whole batch. */
  length: number;
  /** How far the part before came; `undefined` at first. */
  expected: number | undefined;
}

export type PartResult = { stale: number } | { end: number; counted: number; duplicates: number };

interface Stored {
  position: number;
  /** Records after `position` that are in the counters already: a big batch takes several transactions. */
  done: number;
}

/**
 * Applies parts of batches, each in a transaction. The stored position stays where the batch began until its last record
 * is in; `done` counts what is. So a batch that was cut off comes again from the same position and goes on there.
 */
export const createSteps = (database: WriterDatabase, prefix: string, options: Settled) => {
  const { db } = database;
  const table = `${prefix}stats_positions`;
  const read = db.prepare(`SELECT position, done FROM ${table} WHERE source = ?`);
  const write = db.prepare(
    `INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE SET position = excluded.position, done = excluded.done`,
  );
  const bookkeeper = createBookkeeper(db, prefix, options);
  let version = database.dataVersion();
  let failed = false;

  const stored = (source: string): Stored | undefined => {
    const row = read.get(source);
    return row && { position: Number(row.position), done: Number(row.done) };
  };

  /** What we remember may be wrong: somebody else wrote, or our last transaction was rolled back. */
  const forgetIfOld = (): void => {
    const now = database.dataVersion();
    if (now !== version || failed) bookkeeper.reset();
    version = now;
    failed = false;
  };

  const begin = ({ source, from, newEpoch }: Part): Stored => {
    const found = stored(source) ?? { position: 0, done: 0 };
    return newEpoch && found.position !== from ? { position: from, done: 0 } : found;
  };

  const takeIn = (part: Part): PartResult => {
    forgetIfOld();
    const { source, from, next, start, end, length, expected, facts } = part;
    const at = expected === undefined ? begin(part) : (stored(source) ?? { position: 0, done: 0 });
    if (at.position !== from || (expected !== undefined && at.done !== expected))
      return { stale: at.position };
    const done = Math.min(at.done, length);
    // It came further once, before it was cut off.
    if (done > end) return { end: done, counted: 0, duplicates: 0 };
    const tally = bookkeeper.keep(facts, done - start);
    if (end < length) write.run(source, from, end);
    else write.run(source, next, at.done - done);
    return { end, ...tally };
  };

  return {
    position: (source: string): number | undefined => stored(source)?.position,

    apply(part: Part): PartResult {
      try {
        return database.write(() => takeIn(part));
      } catch (error) {
        failed = true;
        throw error;
      }
    },

    /** Whatever was written besides `apply`: caches start anew. */
    forget: () => bookkeeper.reset(),
  };
};
