import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { SqlMigration } from '@pushtech/sqlite';
import type { Row, StoredRow } from '../engine.ts';

/** Rows that are read at a time. */
const PAGE = 100;

export const migrations: readonly SqlMigration[] = [
  (db, prefix) =>
    db.exec(`
      CREATE TABLE ${prefix}store_documents (
        kind TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE ${prefix}store_keys (
        kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
        PRIMARY KEY (kind, field, value, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX ${prefix}store_keys_by_id ON ${prefix}store_keys (kind, id);
      CREATE TABLE ${prefix}store_revisions (kind TEXT PRIMARY KEY, revision TEXT NOT NULL) STRICT, WITHOUT ROWID`),
];

/** The statements on one kind's rows. Texts are compared byte by byte, which for UTF-8 is the order of code points. */
export const createTables = (db: DatabaseSync, prefix: string, kind: string) => {
  const documents = `${prefix}store_documents`;
  const keys = `${prefix}store_keys`;
  const revisions = `${prefix}store_revisions`;
  const get = db.prepare(`SELECT id, version, body FROM ${documents} WHERE kind = ? AND id = ?`);
  const list = db.prepare(
    `SELECT id, version, body FROM ${documents} WHERE kind = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const find = db.prepare(
    `SELECT id, version, body FROM ${keys} JOIN ${documents} USING (kind, id)
     WHERE kind = ? AND field = ? AND value = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const owner = db.prepare(`SELECT id FROM ${keys} WHERE kind = ? AND field = ? AND value = ? LIMIT 1`);
  const put = db.prepare(
    `INSERT INTO ${documents} VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`,
  );
  const putKey = db.prepare(`INSERT INTO ${keys} VALUES (?, ?, ?, ?)`);
  const dropKeys = db.prepare(`DELETE FROM ${keys} WHERE kind = ? AND id = ?`);
  const drop = db.prepare(`DELETE FROM ${documents} WHERE kind = ? AND id = ?`);
  const revision = db.prepare(`SELECT revision FROM ${revisions} WHERE kind = ?`);
  const putRevision = db.prepare(
    `INSERT INTO ${revisions} VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET revision = excluded.revision`,
  );

  /** Reads page by page, so that others get the event loop in between. */
  const pages = async (read: (after: string, limit: number) => unknown, after: string, limit: number) => {
    const rows = read(after, Math.min(PAGE, limit)) as StoredRow[];
    while (rows.length > 0 && rows.length % PAGE === 0 && rows.length < limit) {
      await setImmediate();
      const more = read(rows.at(-1)?.id ?? '', Math.min(PAGE, limit - rows.length)) as StoredRow[];
      if (more.length === 0) break;
      rows.push(...more);
    }
    return rows;
  };

  return {
    get: (id: string) => get.get(kind, id) as StoredRow | undefined,
    list: (after: string, limit: number) => pages((from, most) => list.all(kind, from, most), after, limit),
    find: (field: string, key: string, limit: number) =>
      pages((from, most) => find.all(kind, field, key, from, most), '', limit),
    /** Whether another row has this value. */
    isTaken(field: string, key: string | undefined, id: string): boolean {
      const found = key === undefined ? undefined : owner.get(kind, field, key);
      return found !== undefined && found.id !== id;
    },
    put({ id, version, body, keys: values }: Row): void {
      dropKeys.run(kind, id);
      put.run(kind, id, version, body);
      for (const [field, key] of Object.entries(values)) putKey.run(kind, field, key, id);
      putRevision.run(kind, version);
    },
    remove(id: string, newRevision: string): boolean {
      if (drop.run(kind, id).changes === 0) return false;
      dropKeys.run(kind, id);
      putRevision.run(kind, newRevision);
      return true;
    },
    revision: (): string => String(revision.get(kind)?.revision ?? ''),
  };
};
