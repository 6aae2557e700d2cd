import type { DatabaseSync } from 'node:sqlite';
import { createBulkInsert } from './bulk.ts';
import { visitColumns } from './schema.ts';

const CACHED = 100_000;

/** Bucket, series, visitor and the values of `visitColumns`. */
type Visit = [number, number, number, ...number[]];

const byKey = (a: Visit, b: Visit): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** Who was seen with what: one row per visitor, bucket and set of values. */
export const createVisits = (db: DatabaseSync, prefix: string) => {
  const columns = 3 + visitColumns.length;
  const insert = createBulkInsert(db, { into: `INSERT OR IGNORE INTO ${prefix}stats_visits`, columns });
  /** Per series: visitor → the last visit. The same again needs no row. */
  let last = new Map<number, Map<number, Visit>>();
  let cached = 0;
  let pending: Visit[] = [];

  const isSame = (visit: Visit, bucket: number, found: readonly number[]): boolean => {
    if (visit[0] !== bucket) return false;
    for (let i = 0; i < visitColumns.length; i++) if (visit[i + 3] !== found[i]) return false;
    return true;
  };

  const visitorsOf = (series: number): Map<number, Visit> => {
    const known = last.get(series);
    if (known) return known;
    const visitors = new Map<number, Visit>();
    last.set(series, visitors);
    return visitors;
  };

  const forget = (): void => {
    last = new Map();
    cached = 0;
  };

  return {
    /** @param found the ids of the event's values; those that visits keep come first */
    add(series: number, bucket: number, visitor: number, found: readonly number[]): void {
      const visitors = visitorsOf(series);
      const before = visitors.get(visitor);
      if (before && isSame(before, bucket, found)) return;
      if (!before) cached += 1;
      const [path = 0, source = 0, campaign = 0, country = 0, device = 0] = found;
      const visit: Visit = [bucket, series, visitor, path, source, campaign, country, device];
      visitors.set(visitor, visit);
      pending.push(visit);
    },
    flush(): void {
      insert(pending.sort(byKey).flat());
      pending = [];
      if (cached > CACHED) forget();
    },
    reset(): void {
      pending = [];
      forget();
    },
  };
};
