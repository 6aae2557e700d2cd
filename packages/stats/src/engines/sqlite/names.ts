import type { DatabaseSync } from 'node:sqlite';

/** Every text is stored once; counters hold its id. `day` is the last day it was counted on. */
export const createNames = (db: DatabaseSync, prefix: string) => {
  const table = `${prefix}stats_names`;
  const select = db.prepare(`SELECT id, day FROM ${table} WHERE text = ?`);
  const insert = db.prepare(`INSERT INTO ${table} (text, day) VALUES (?, ?)`);
  const touch = db.prepare(`UPDATE ${table} SET day = ? WHERE id = ?`);

  const find = (text: string, day: number): number | undefined => {
    const row = select.get(text.toWellFormed());
    if (!row) return undefined;
    const id = Number(row.id);
    if (Number(row.day) < day) touch.run(day, id);
    return id;
  };

  return {
    find,
    idOf: (text: string, day: number): number =>
      find(text, day) ?? Number(insert.run(text.toWellFormed(), day).lastInsertRowid),
  };
};

export type Names = ReturnType<typeof createNames>;
