import type { DatabaseSync } from 'node:sqlite';
import { createBulkInsert, prepareInsert } from './bulk.ts';
import type { Names } from './names.ts';
import { FOR_EVER, NOT_KNOWN, OTHER } from './schema.ts';

/** The values of one dimension on one site and day that are told apart. */
export interface ValueSet {
  day: number;
  dimension: number;
  site: number;
  ids: Map<string, number>;
  /** How many there are, also those not in `ids`; -1 = not read yet. */
  n: number;
  /** `ids` holds them all, so that any other value is a new one. */
  complete: boolean;
  changed: boolean;
}

/** Cached texts cost about their length and this, in bytes; a set without any costs the other. */
const ENTRY_BYTES = 80;
const SET_BYTES = 300;

/** Gives values their ids and keeps to the caps. */
export const createValues = (db: DatabaseSync, prefix: string, names: Names) => {
  const p = `${prefix}stats_`;
  const readN = db.prepare(`SELECT n FROM ${p}cardinality WHERE day = ? AND dimension = ? AND site = ?`);
  const writeN = db.prepare(
    `INSERT INTO ${p}cardinality VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n`,
  );
  const isSeen = db.prepare(
    `SELECT 1 FROM ${p}seen WHERE day = ? AND dimension = ? AND site = ? AND value = ?`,
  );
  const insertSeen = { into: `INSERT OR IGNORE INTO ${p}seen`, columns: 4 };
  const see = prepareInsert(db, insertSeen)(1);
  const seeAll = createBulkInsert(db, insertSeen);
  const changed: ValueSet[] = [];
  let unseen: number[] = [];
  let bytes = 0;

  const isNew = (set: ValueSet, id: number): boolean => {
    if (!set.complete) return see.run(set.day, set.dimension, set.site, id).changes > 0;
    unseen.push(set.day, set.dimension, set.site, id);
    return true;
  };

  const findSeen = (set: ValueSet, text: string, day: number): number => {
    if (set.complete) return OTHER;
    const id = names.find(text, day);
    return id !== undefined && isSeen.get(set.day, set.dimension, set.site, id) ? id : OTHER;
  };

  const admit = (set: ValueSet, text: string, cap: number, day: number): number => {
    if (set.n < 0) {
      set.n = Number(readN.get(set.day, set.dimension, set.site)?.n ?? 0);
      set.complete = set.n === 0;
    }
    if (set.n >= cap) return findSeen(set, text, day);
    const id = names.idOf(text, day);
    if (!isNew(set, id)) return id;
    set.n += 1;
    if (!set.changed) changed.push(set);
    set.changed = true;
    return id;
  };

  /** SQLite stores lone surrogates as U+FFFD: such texts are one value. */
  const add = (set: ValueSet, text: string, cap: number, day: number): number => {
    const stored = text.toWellFormed();
    const id = set.ids.get(stored) ?? admit(set, stored, cap, day);
    set.ids.set(stored, id);
    if (stored !== text) set.ids.set(text, id);
    bytes += text.length + ENTRY_BYTES;
    return id;
  };

  return {
    newSet(day: number, dimension: number, site: number): ValueSet {
      bytes += SET_BYTES;
      return { day, dimension, site, ids: new Map(), n: -1, complete: false, changed: false };
    },

    /** The id of a value; `OTHER` beyond the cap. @param forEver the name outlives the day */
    idOf(set: ValueSet, text: string | null, cap: number, forEver = false): number {
      if (text === null) return NOT_KNOWN;
      const cached = set.ids.get(text);
      return cached ?? add(set, text, cap, forEver ? FOR_EVER : set.day);
    },

    flush(): void {
      seeAll(unseen);
      unseen = [];
      for (const set of changed) {
        writeN.run(set.day, set.dimension, set.site, set.n);
        set.changed = false;
      }
      changed.length = 0;
    },

    /** What the caches of all sets weigh, roughly; their holder throws them away. */
    weight: () => bytes,
    reset(): void {
      unseen = [];
      changed.length = 0;
      bytes = 0;
    },
  };
};

export type Values = ReturnType<typeof createValues>;
