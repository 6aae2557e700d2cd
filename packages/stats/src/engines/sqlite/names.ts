import type { DatabaseSync } from 'node:sqlite';
import { FOR_EVER } from './schema.ts';

interface Name {
  id: number;
  day: number;
}

/** Texts remembered at the most. */
const CACHED = 50_000;
/** A name is kept up to a week longer than it must be, so that one that is in use need not be written every day. */
const lastDay = (day: number): number => (day === FOR_EVER ? day : day | 7);

/** Every text is stored once; counters hold its id. `day` is the last day it was counted on, or a little later. */
export const createNames = (db: DatabaseSync, prefix: string) => {
  const table = `${prefix}stats_names`;
  const select = db.prepare(`SELECT id, day FROM ${table} WHERE text = ?`);
  const insert = db.prepare(`INSERT INTO ${table} (text, day) VALUES (?, ?)`);
  const touch = db.prepare(`UPDATE ${table} SET day = ? WHERE id = ?`);
  const cache = new Map<string, Name>();

  const remember = (text: string, name: Name): Name => {
    if (cache.size >= CACHED) cache.clear();
    cache.set(text, name);
    return name;
  };

  const read = (text: string): Name | undefined => {
    const row = select.get(text);
    return row && remember(text, { id: Number(row.id), day: Number(row.day) });
  };

  /** @param text well-formed @param day the last one it is needed on, in days since 1970 */
  const find = (text: string, day: number): number | undefined => {
    const name = cache.get(text) ?? read(text);
    if (!name || name.day >= day) return name?.id;
    name.day = lastDay(day);
    if (touch.run(name.day, name.id).changes > 0) return name.id;
    // It was swept away meanwhile.
    cache.delete(text);
    return undefined;
  };

  const add = (text: string, day: number): number => {
    const id = Number(insert.run(text, lastDay(day)).lastInsertRowid);
    remember(text, { id, day: lastDay(day) });
    return id;
  };

  return {
    find,
    idOf: (text: string, day: number): number => find(text, day) ?? add(text, day),
    /** Forgets what it remembers: a transaction failed, or somebody else wrote. */
    reset: () => cache.clear(),
  };
};

export type Names = ReturnType<typeof createNames>;
