import { DAY_MINUTES, LEVEL_MINUTES, MINUTE, TOTALS, visitColumns } from './schema.ts';
import { type Drain, SLICE, type Slice } from './slices.ts';
import type { WriterDatabase } from './writer-database.ts';

const DAY_MS = DAY_MINUTES * MINUTE;
/** How long after it was last touched a day keeps its minutes, and its hours. */
const KEPT_MS = [2 * DAY_MS, 90 * DAY_MS] as const;

/** Adds the finer rows of old days up: minutes to hours, hours to days. */
export const createCoarsening = (
  database: WriterDatabase,
  prefix: string,
  { clock, drain, levelChanged }: { clock: () => number; drain: Drain; levelChanged: () => void },
) => {
  const { db } = database;
  const p = `${prefix}stats_`;
  const values = visitColumns.join(', ');
  const raise = db.prepare(`UPDATE ${p}days SET level = ?1 + 1 WHERE level = ?1 AND touched < ?2`);
  const unmerged = db.prepare(
    `SELECT day, level, merged FROM ${p}days WHERE merged < level ORDER BY day LIMIT 1`,
  );
  const setMerged = db.prepare(`UPDATE ${p}days SET merged = merged + 1 WHERE day = ?`);
  const nextDimension = db.prepare(`SELECT min(dimension) AS d FROM ${p}counters WHERE dimension > ?`);
  const counters = db.prepare(
    `SELECT bucket, series, value, events FROM ${p}counters
     WHERE dimension = ? AND bucket > ? AND bucket < ? LIMIT ${SLICE}`,
  );
  const addCounter = db.prepare(
    `INSERT INTO ${p}counters VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events`,
  );
  const dropCounter = db.prepare(
    `DELETE FROM ${p}counters WHERE dimension = ? AND bucket = ? AND series = ? AND value = ?`,
  );
  const visits = db.prepare(
    `SELECT bucket, series, visitor, ${values} FROM ${p}visits WHERE bucket > ? AND bucket < ? LIMIT ${SLICE}`,
  );
  const addVisit = db.prepare(`INSERT OR IGNORE INTO ${p}visits VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const dropVisit = db.prepare(
    `DELETE FROM ${p}visits WHERE bucket = ? AND series = ? AND visitor = ? AND (${values}) = (?, ?, ?, ?, ?)`,
  );

  const mergeCounters =
    (dimension: number, start: number, end: number): Slice =>
    () => {
      const rows = counters.all(dimension, start, end);
      for (const row of rows) {
        const { bucket, series, value, events } = row as Record<string, number>;
        addCounter.run(dimension, start, series as number, value as number, events as number);
        dropCounter.run(dimension, bucket as number, series as number, value as number);
      }
      return rows.length;
    };

  const mergeVisits =
    (start: number, end: number): Slice =>
    () => {
      const rows = visits.all(start, end);
      for (const row of rows) {
        const [bucket, ...rest] = Object.values(row) as [number, ...number[]];
        addVisit.run(start, ...rest);
        dropVisit.run(bucket, ...rest);
      }
      return rows.length;
    };

  const dimensionsHeld = (): number[] => {
    const found: number[] = [];
    for (let last = -1; ; ) {
      const next = nextDimension.get(last)?.d ?? null;
      if (next === null) return found;
      last = Number(next);
      found.push(last);
    }
  };

  /** True when it came to the end. */
  const mergeDay = async (day: number, level: number): Promise<boolean> => {
    const unit = LEVEL_MINUTES[level] as number;
    const dimensions = level === 1 ? [TOTALS] : dimensionsHeld();
    for (let start = day * DAY_MINUTES; start < (day + 1) * DAY_MINUTES; start += unit) {
      for (const dimension of dimensions) {
        if (!(await drain(mergeCounters(dimension, start, start + unit)))) return false;
      }
      if (!(await drain(mergeVisits(start, start + unit)))) return false;
    }
    database.write(() => setMerged.run(day));
    return true;
  };

  /** A day says first that it is coarser: from then on nobody adds, or asks for, anything finer. */
  const raiseLevels = (): void => {
    for (const level of [1, 0] as const) {
      database.write(() => {
        if (raise.run(level, clock() - KEPT_MS[level]).changes > 0) levelChanged();
      });
    }
  };

  return {
    dimensionsHeld,
    async coarsen(): Promise<void> {
      raiseLevels();
      for (let row = unmerged.get(); row; row = unmerged.get()) {
        if (!(await mergeDay(Number(row.day), Number(row.merged) + 1))) return;
      }
    },
  };
};
