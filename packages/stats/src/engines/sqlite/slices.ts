import type { WriterDatabase } from './writer-database.ts';

/** Rows moved or deleted in one transaction: a batch waits some milliseconds for it at the most. */
export const SLICE = 500;

/** Handles up to `SLICE` rows, synchronously; says how many there were. */
export type Slice = () => number;

/** Repeats a slice, each in a transaction of its own, until it finds nothing; false = stopped before. */
export type Drain = (slice: Slice) => Promise<boolean>;

export const createDrain =
  (database: WriterDatabase, stopped: () => boolean): Drain =>
  async (slice) => {
    while (!stopped()) {
      if (database.write(slice) === 0) return true;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return false;
  };
