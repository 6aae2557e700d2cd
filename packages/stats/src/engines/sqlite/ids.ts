import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { keyOf } from '../../keys.ts';
import { prepareInsert, rowsAtOnce } from './bulk.ts';

export interface Window {
  days: number;
  ids: number;
}

/** An id and when it was received, in seconds. */
export interface ReceivedId {
  id: string;
  at: number;
}

/** Knows ids of events again. `seq` numbers those that were new, in the order they came. */
export const createIds = (db: DatabaseSync, prefix: string, window: Window) => {
  const table = `${prefix}stats_ids`;
  // An id that has left the window is a new one.
  const statementFor = prepareInsert(db, {
    into: `INSERT INTO ${table}`,
    columns: 3,
    tail: `ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, at = excluded.at
      WHERE ${table}.seq <= ? OR ${table}.at < excluded.at - ${window.days * 86_400}`,
  });
  const undo = db.prepare(`DELETE FROM ${table} WHERE id = ? AND seq > ?`);
  const keys = Array.from({ length: 64 }, () => new Uint8Array(16));
  /** Duplicates seldom come alone: then ids are taken one by one. */
  let repeating = false;

  /** How many of some ids were new. @param seq of the newest id before */
  const insert = (ids: readonly ReceivedId[], start: number, rows: number, seq: number): number => {
    const values: SQLInputValue[] = [];
    for (let i = 0; i < rows; i++) {
      const { id, at } = ids[start + i] as ReceivedId;
      values.push(keyOf(id, keys[i]), seq + i + 1, at);
    }
    return Number(statementFor(rows).run(...values, seq - window.ids).changes);
  };

  /** All or none: which ones were known is not told, and their numbers would be wrong. */
  const takeAll = (ids: readonly ReceivedId[], start: number, rows: number, seq: number): boolean => {
    if (insert(ids, start, rows, seq) === rows) return true;
    for (let i = start; i < start + rows; i++) undo.run(keyOf((ids[i] as ReceivedId).id), seq);
    return false;
  };

  return {
    /** Takes ids in; tells of each whether it is new: not in the window. @param before the `seq` of the newest one */
    take(ids: readonly ReceivedId[], before: number): boolean[] {
      const areNew: boolean[] = [];
      let seq = before;
      for (let start = 0; start < ids.length; ) {
        const rows = rowsAtOnce(ids.length - start);
        const known = areNew.length - (seq - before);
        const together = !repeating && takeAll(ids, start, rows, seq);
        for (let i = start; i < start + rows; i++) {
          const isNew = together || insert(ids, i, 1, seq) > 0;
          areNew.push(isNew);
          if (isNew) seq += 1;
        }
        repeating = areNew.length - (seq - before) > known;
        start += rows;
      }
      return areNew;
    },
  };
};
