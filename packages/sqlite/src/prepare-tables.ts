import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './database.ts';
import { newerError, type Schema } from './migrate.ts';
import { parseSqliteUrl } from './url.ts';

/** What was there before, and what was done about it; in a dry run, what would be. */
export interface PreparedTables {
  /** Where, without any password. */
  place: string;
  found: string;
  /** Empty = all was as it should be. */
  changes: string[];
}

/**
 * The number of a role's schema in a file; 0 = no such tables, or no such file. Changes nothing.
 * @throws what SQLite throws when it is no database
 */
export const readSchemaNumber = (path: string, name: string): number => {
  if (!existsSync(path)) return 0;
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'pushtech_schema'").get();
    if (!known) return 0;
    const row = db.prepare('SELECT version FROM pushtech_schema WHERE name = ?').get(name);
    return Number(row?.version ?? 0);
  } finally {
    db.close();
  }
};

const words = (version: number): string => (version === 0 ? 'no tables yet' : `schema ${version}`);

/**
 * Brings the tables of a role up to date before anybody needs them.
 * @param dryRun only says what would be done
 * @throws PushtechError `SQLITE_URL`, `SQLITE_NEWER`, `SQLITE_OPEN` (fatal)
 */
export const prepareTables = async (
  url: string,
  {
    role,
    migrations,
    dryRun = false,
  }: Pick<Schema, 'role' | 'migrations'> & { dryRun?: boolean | undefined },
): Promise<PreparedTables> => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const found = readSchemaNumber(path, `${prefix}${role}`);
  if (found > migrations.length) throw newerError(path, role, found, migrations.length);
  if (dryRun) dispose();
  else await openDatabase({ path, role, prefix, migrations, dispose }).close();
  const changes = found === migrations.length ? [] : [`${words(found)} → schema ${migrations.length}`];
  return { place: path, found: words(found), changes };
};
