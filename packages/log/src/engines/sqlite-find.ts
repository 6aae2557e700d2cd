// Runs on a thread of its own, on a read-only connection: see createReader of @pushtech/sqlite.

import type { DatabaseSync } from 'node:sqlite';
import type { Found } from '../log.ts';
import { createSearch, type Search, stepsOf } from '../search.ts';
import { toRecord } from './sqlite-records.ts';
import { positionAt, type RecordRow, readRange } from './sqlite-tables.ts';

/** Goes back through the records of a span, and looks at their keys only. */
export const find = (db: DatabaseSync, prefix: string, topic: string, key: string, wanted: Search): Found => {
  const search = createSearch(wanted);
  const range = readRange(db, prefix, topic);
  if (!range) return search.result(true, undefined);
  const { table, start, end } = range;
  const readAt = db.prepare(`SELECT at FROM ${table} WHERE position >= ? ORDER BY position LIMIT 1`);
  const at = (position: number) => readAt.get(position)?.at as number | undefined;
  const select = db.prepare(
    `SELECT position, at, key, value, headers FROM ${table} WHERE position >= ? AND position < ? AND key = ? ORDER BY position DESC LIMIT ?`,
  );
  const steps = stepsOf(
    positionAt({ start, end }, at, wanted.since),
    positionAt({ start, end }, at, wanted.until),
  );
  while (steps.length > 0 && search.mayGoOn()) {
    const { low, high } = steps.shift() as { low: number; high: number };
    const rows = select.all(low, high, key.toWellFormed(), wanted.max + 1) as unknown as RecordRow[];
    search.take(
      rows.map((row) => toRecord(topic, row)),
      high - low,
      at(low),
    );
  }
  return search.result(steps.length === 0, at(start));
};
