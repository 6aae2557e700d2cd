import type { DatabaseSync } from 'node:sqlite';
import { createBulkInsert } from './bulk.ts';

/** Ids of values lie below this, … */
const VALUES = 2 ** 31;
/** … a transaction has fewer pairs of bucket and series than this, and there are fewer dimensions than 512: 53 bits. */
const SLOT_BITS = 13;
const SLOTS = 2 ** SLOT_BITS;
/** Buckets (minutes since 1970) lie below this for a century. */
const BUCKETS = 2 ** 26;

/**
 * Adds counters up. Every +1 is put down as one number made of dimension, slot and value; sorted, equal ones lie side by
 * side, and rows come out in the order of the table's key.
 * @param dimensionIds of the dimensions by their index
 */
export const createTallies = (db: DatabaseSync, prefix: string, dimensionIds: () => readonly number[]) => {
  const insert = createBulkInsert(db, {
    into: `INSERT INTO ${prefix}stats_counters`,
    columns: 5,
    tail: 'ON CONFLICT DO UPDATE SET events = events + excluded.events',
  });
  const slots = new Map<number, number>();
  const buckets: number[] = [];
  const series: number[] = [];
  let keys = new Float64Array(8192);
  let n = 0;

  const clear = (): void => {
    slots.clear();
    buckets.length = 0;
    series.length = 0;
    n = 0;
  };

  const flush = (): void => {
    const ids = dimensionIds();
    const sorted = keys.subarray(0, n).sort();
    const rows: number[] = [];
    for (let i = 0; i < n; ) {
      const key = sorted[i] as number;
      const first = i;
      while (i < n && sorted[i] === key) i += 1;
      const value = key % VALUES;
      const place = (key - value) / VALUES;
      const slot = place % SLOTS;
      const dimension = ids[place >> SLOT_BITS] as number;
      rows.push(dimension, buckets[slot] as number, series[slot] as number, value, i - first);
    }
    insert(rows);
    clear();
  };

  return {
    /** A number for a bucket of a series, good until the next flush. */
    slotOf(bucket: number, seriesId: number): number {
      const key = seriesId * BUCKETS + bucket;
      const known = slots.get(key);
      if (known !== undefined) return known;
      const slot = buckets.push(bucket) - 1;
      series.push(seriesId);
      slots.set(key, slot);
      return slot;
    },
    /** Call before an event: there is room for its slots. */
    makeRoom(): void {
      if (buckets.length > SLOTS - 2) flush();
    },
    /** @param index of the dimension */
    add(index: number, slot: number, value: number): void {
      if (n === keys.length) {
        const longer = new Float64Array(n * 2);
        longer.set(keys);
        keys = longer;
      }
      keys[n++] = (index * SLOTS + slot) * VALUES + value;
    },
    flush,
    /** Forgets what was not written. */
    clear,
  };
};
