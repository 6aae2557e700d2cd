import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import { checkCopy, type StatsArchive, type StatsCopy } from '../../archive.ts';
import { migrations } from './schema.ts';

const role = 'stats';

const tablesOf = (db: DatabaseSync, schema: string, prefix: string): string[] =>
  db
    .prepare(`SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND substr(name, 1, ?) = ?`)
    .all(prefix.length + role.length + 1, `${prefix}${role}_`)
    .map((row) => String(row.name));

/** Other roles, and other prefixes, may live in the same file: they are no part of the counters. */
const leaveOnly = (path: string, prefix: string): void => {
  const db = new DatabaseSync(path);
  try {
    const ours = new Set([...tablesOf(db, 'main', prefix), 'pushtech_schema']);
    const all = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const others = all.map(({ name }) => String(name)).filter((name) => !ours.has(name));
    for (const name of others) if (!name.startsWith('sqlite_')) db.exec(`DROP TABLE "${name}"`);
    db.prepare('DELETE FROM pushtech_schema WHERE name <> ?').run(prefix + role);
    if (others.length > 0) db.exec('VACUUM');
  } finally {
    db.close();
  }
};

const readPositions = (path: string, prefix: string): StatsCopy['positions'] => {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare(`SELECT source, position, done FROM ${prefix}stats_positions`).all();
    return Object.fromEntries(
      rows.map(({ source, position, done }) => [String(source), [Number(position), Number(done)]]),
    );
  } finally {
    db.close();
  }
};

/** @throws PushtechError `SQLITE_OPEN`, `SQLITE_NEWER` (fatal) */
export const openSqliteArchive = async (url: string): Promise<StatsArchive> => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role, prefix, migrations, dispose });
  const { db } = database;

  const deleteAll = (): void => {
    for (const name of tablesOf(db, 'main', prefix)) db.exec(`DELETE FROM ${name}`);
  };

  return {
    isEmpty: async () => !db.prepare(`SELECT 1 FROM ${prefix}stats_positions`).get(),
    async copyTo(to) {
      // One reading transaction: the writer goes on beside it.
      db.prepare('VACUUM INTO ?').run(to);
      leaveOnly(to, prefix);
      return { engine: 'sqlite', version: migrations.length, prefix, positions: readPositions(to, prefix) };
    },
    clear: () =>
      database.write(() => {
        // Made anew, with the rows that a fresh file begins with.
        for (const name of tablesOf(db, 'main', prefix)) db.exec(`DROP TABLE ${name}`);
        for (const step of migrations) step(db, prefix);
      }),
    check: (copy) => checkCopy(copy, 'sqlite', migrations.length),
    async restore(from, copy) {
      checkCopy(copy, 'sqlite', migrations.length);
      // The copy itself is brought up to date first: then its tables are ours, column by column.
      await openDatabase({ path: from, role, prefix: copy.prefix, migrations }).close();
      db.prepare('ATTACH ? AS copy').run(from);
      try {
        await database.write(() => {
          deleteAll();
          for (const name of tablesOf(db, 'copy', copy.prefix)) {
            const ours = prefix + name.slice(copy.prefix.length);
            db.exec(`INSERT INTO main.${ours} SELECT * FROM copy.${name}`);
          }
          db.exec(`DELETE FROM ${prefix}stats_positions`);
          const add = db.prepare(`INSERT INTO ${prefix}stats_positions VALUES (?, ?, ?)`);
          for (const [source, [position, done]] of Object.entries(copy.positions)) {
            add.run(source, position, done);
          }
        });
      } finally {
        db.exec('DETACH copy');
        for (const end of ['-wal', '-shm']) rmSync(from + end, { force: true });
      }
    },
    async close() {
      await database.sync();
      await database.close();
    },
  };
};
