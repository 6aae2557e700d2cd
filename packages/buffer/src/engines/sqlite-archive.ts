import { openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import type { BufferArchive } from '../archive.ts';
import { migrations } from './sqlite-tables.ts';

const PAGE = 100;

/** @throws PushtechError `SQLITE_OPEN`, `SQLITE_NEWER` (fatal) */
export const openSqliteArchive = async (url: string): Promise<BufferArchive> => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role: 'buffer', prefix, migrations, dispose });
  const { db } = database;
  const table = `${prefix}buffer_entries`;
  const read = db.prepare(`SELECT id, body FROM ${table} WHERE id > ? ORDER BY id LIMIT ${PAGE}`);

  return {
    async *bodies() {
      for (let last = 0, more = true; more; ) {
        const rows = read.all(last) as { id: number; body: string }[];
        for (const { body } of rows) yield body;
        last = rows.at(-1)?.id ?? last;
        more = rows.length === PAGE;
      }
    },
    count: async () => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n),
    clear: () =>
      database.write(() => {
        db.exec(`DELETE FROM ${table}; DELETE FROM ${prefix}buffer_taken;`);
        // Ids go on: an ack of before must hit nothing.
        db.exec(`UPDATE ${prefix}buffer_state SET entries = 0, bytes = 0, lastTaken = lastId`);
      }),
    close: () => database.close(),
  };
};
