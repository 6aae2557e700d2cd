import type { DatabaseSync } from 'node:sqlite';
import { sqliteError } from './errors.ts';

/** Brings the tables from version `index` to `index + 1`; `prefix` stands before every table's name. */
export type SqlMigration = (db: DatabaseSync, prefix: string) => void;

export interface Schema {
  path: string;
  /** What the tables are for, e.g. `buffer`: the schema number is kept per role and prefix. */
  role: string;
  prefix: string;
  migrations: readonly SqlMigration[];
}

export const newerError = (path: string, role: string, found: number, known: number) =>
  sqliteError(
    'SQLITE_NEWER',
    `${path} was written by a newer pushtech (${role} schema ${found}; this one knows ${known}). ` +
      'Start the newer version, or choose another DATA_DIR.',
  );

const readVersion = (db: DatabaseSync, name: string): number => {
  db.exec(
    'CREATE TABLE IF NOT EXISTS pushtech_schema (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
  );
  return Number(db.prepare('SELECT version FROM pushtech_schema WHERE name = ?').get(name)?.version ?? 0);
};

const writeVersion = (db: DatabaseSync, name: string, version: number): void => {
  db.prepare(
    'INSERT INTO pushtech_schema VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
  ).run(name, version);
};

/**
 * Brings the tables up to date in one transaction: all steps or none.
 * @throws PushtechError `SQLITE_NEWER` (fatal) when a newer version wrote them
 */
export const migrate = ({ role, prefix, migrations, path }: Schema, db: DatabaseSync): void => {
  const name = `${prefix}${role}`;
  db.exec('BEGIN IMMEDIATE');
  try {
    const found = readVersion(db, name);
    if (found > migrations.length) {
      throw newerError(path, role, found, migrations.length);
    }
    for (const step of migrations.slice(found)) step(db, prefix);
    if (found < migrations.length) writeVersion(db, name, migrations.length);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
