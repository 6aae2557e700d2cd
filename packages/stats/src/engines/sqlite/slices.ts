import type { Database } from '@pushtech/sqlite';

/** Rows moved or deleted in one transaction: keeps it well under its 5 ms. */
export const SLICE = 250;

/** Handles up to `SLICE` rows, synchronously; says how many there were. */
export type Slice = () => number;

/** Repeats a slice, each in a transaction of its own, until it finds nothing; false = stopped before. */
export type Drain = (slice: Slice) => Promise<boolean>;

export const createDrain =
  (database: Database, stopped: () => boolean): Drain =>
  async (slice) => {
    while (!stopped()) {
      if ((await database.write(slice)) === 0) return true;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return false;
  };
