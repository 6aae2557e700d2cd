import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Settled } from '../../options.ts';
import { firstKeptDay } from '../../retention.ts';
import { DAY_MINUTES, visitColumns } from './schema.ts';
import { type Drain, SLICE, type Slice } from './slices.ts';

const SWEEP_ROWS = 500;

/** Deletes days past retention with all that hangs on them. */
export const createRetention = (
  db: DatabaseSync,
  prefix: string,
  { drain, dimensionsHeld }: { drain: Drain; dimensionsHeld: () => number[] },
) => {
  const p = `${prefix}stats_`;
  const oldest = db.prepare(`SELECT day FROM ${p}days WHERE day < ? ORDER BY day LIMIT 1`);

  const deletion = (table: string, key: string, where: string): Slice => {
    const statement = db.prepare(
      `DELETE FROM ${p}${table} WHERE (${key}) IN (SELECT ${key} FROM ${p}${table} WHERE ${where} LIMIT ${SLICE})`,
    );
    return () => Number(statement.run().changes);
  };

  const deleteDay = async (day: number): Promise<boolean> => {
    const buckets = `bucket >= ${day * DAY_MINUTES} AND bucket < ${(day + 1) * DAY_MINUTES}`;
    const slices = [
      ...dimensionsHeld().map((dimension) =>
        deletion('counters', 'dimension, bucket, series, value', `dimension = ${dimension} AND ${buckets}`),
      ),
      deletion('visits', `bucket, series, visitor, ${visitColumns.join(', ')}`, buckets),
      deletion('seen', 'day, dimension, site, value', `day = ${day}`),
      deletion('cardinality', 'day, dimension, site', `day = ${day}`),
      deletion('days', 'day', `day = ${day}`),
    ];
    for (const slice of slices) if (!(await drain(slice))) return false;
    return true;
  };

  return {
    /** @param first the first day that stays */
    async deleteBefore(first: number): Promise<void> {
      for (let row = oldest.get(first); row; row = oldest.get(first)) {
        if (!(await deleteDay(Number(row.day)))) return;
      }
      await drain(deletion('ledger', 'minute, run', `minute < ${first * DAY_MINUTES}`));
      await drain(deletion('drops', 'minute, run, reason', `minute < ${first * DAY_MINUTES}`));
    },
  };
};

/** Goes round a table again and again, a slice at a time, deleting what has had its time. */
const createSweep = (db: DatabaseSync, table: string, condition: string, beginning: SQLInputValue) => {
  const ahead = db.prepare(
    `SELECT max(id) AS id FROM (SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${SWEEP_ROWS})`,
  );
  const drop = db.prepare(`DELETE FROM ${table} WHERE id > ? AND id <= ? AND (${condition})`);
  let cursor = beginning;
  return (...limits: number[]): void => {
    const end = (ahead.get(cursor)?.id ?? null) as SQLInputValue;
    if (end !== null) drop.run(cursor, end, ...limits);
    cursor = end ?? beginning;
  };
};

/** Forgets ids and origins that left the window, and names that nothing kept uses. One call sweeps `SWEEP_ROWS` of each. */
export const createSweeps = (db: DatabaseSync, prefix: string, options: Settled) => {
  const p = `${prefix}stats_`;
  const readSeq = db.prepare(`SELECT n FROM ${p}state WHERE name = 'seq'`);
  const ids = createSweep(db, `${p}ids`, 'seq <= ? OR at < ?', '');
  const origins = createSweep(db, `${p}origins`, 'seq <= ? OR at < ?', '');
  const dropMarks = db.prepare(`DELETE FROM ${p}marks WHERE seq < ?`);
  const names = createSweep(db, `${p}names`, 'day < ?', 0);
  let last: number | undefined;

  return {
    ids(): void {
      const floor = Number(readSeq.get()?.n ?? 0) - options.duplicateWindowIds;
      const oldest = Math.floor(options.clock() / 1000) - options.duplicateWindowDays * 86_400;
      ids(floor, oldest);
      origins(floor, oldest);
      dropMarks.run(floor);
    },
    names(): void {
      if (options.retentionDays > 0) names(firstKeptDay(options.retentionDays, options.clock()));
    },
    /** How many slices keep up with what came in since the last call. */
    due(): number {
      const seq = Number(readSeq.get()?.n ?? 0);
      const slices = 1 + Math.ceil(((seq - (last ?? seq)) * 2) / SWEEP_ROWS);
      last = seq;
      return slices;
    },
  };
};
