import type { DatabaseSync } from 'node:sqlite';
import type { SqlMigration } from '@pushtech/sqlite';

/**
 * What is taken stands in a table of its own: marking an entry in place would write its whole body again.
 * `state` is one row; ids come from it and are never used twice, so that an ack may be repeated.
 */
export const migrations: readonly SqlMigration[] = [
  (db, prefix) =>
    db.exec(`
      CREATE TABLE ${prefix}buffer_entries (
        id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE TABLE ${prefix}buffer_taken (
        id INTEGER PRIMARY KEY, worker TEXT NOT NULL, takenAt INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE ${prefix}buffer_state (
        entries INTEGER NOT NULL, bytes INTEGER NOT NULL, lastId INTEGER NOT NULL, lastTaken INTEGER NOT NULL
      ) STRICT;
      INSERT INTO ${prefix}buffer_state VALUES (0, 0, 0, 0);
    `),
];

export interface State {
  /** Entries that are not acknowledged. */
  entries: number;
  bytes: number;
  /** The newest id given. */
  lastId: number;
  /** Entries with higher ids were never taken. */
  lastTaken: number;
}

export interface EntryRow {
  id: number;
  bytes: number;
}

const prepare = (db: DatabaseSync, p: string) => ({
  state: db.prepare(`SELECT entries, bytes, lastId, lastTaken FROM ${p}buffer_state`),
  oldestAt: db.prepare(`SELECT at FROM ${p}buffer_entries ORDER BY id LIMIT 1`),
  insert: db.prepare(`INSERT INTO ${p}buffer_entries (id, bytes, at, body) VALUES (?, ?, ?, ?)`),
  grow: db.prepare(`UPDATE ${p}buffer_state SET entries = entries + 1, bytes = bytes + ?, lastId = ?`),
  shrink: db.prepare(`UPDATE ${p}buffer_state SET entries = entries - ?, bytes = bytes - ?`),
  took: db.prepare(`UPDATE ${p}buffer_state SET lastTaken = ?`),
  body: db.prepare(`SELECT body FROM ${p}buffer_entries WHERE id = ?`),
  bytes: db.prepare(`SELECT bytes FROM ${p}buffer_entries WHERE id = ?`),
  fresh: db.prepare(`SELECT id, bytes FROM ${p}buffer_entries WHERE id > ? ORDER BY id LIMIT ?`),
  idle: db.prepare(
    `SELECT id, bytes FROM ${p}buffer_taken CROSS JOIN ${p}buffer_entries USING (id) WHERE takenAt <= ? ORDER BY id LIMIT ?`,
  ),
  longestTaken: db.prepare(`SELECT min(takenAt) AS at FROM ${p}buffer_taken`),
  mark: db.prepare(`INSERT OR REPLACE INTO ${p}buffer_taken (id, worker, takenAt) VALUES (?, ?, ?)`),
  release: db.prepare(`UPDATE ${p}buffer_taken SET takenAt = 0 WHERE worker = ?`),
  deleteEntry: db.prepare(`DELETE FROM ${p}buffer_entries WHERE id = ?`),
  deleteTaken: db.prepare(`DELETE FROM ${p}buffer_taken WHERE id = ?`),
});

/** The statements of the buffer's tables, typed. Those that write belong into a transaction. */
export const createTables = (db: DatabaseSync, prefix: string) => {
  const sql = prepare(db, prefix);
  const state = (): State => sql.state.get() as unknown as State;
  /** Epoch ms at which the entry was taken that is out for the longest time. */
  const longestTaken = () => (sql.longestTaken.get()?.at ?? undefined) as number | undefined;

  return {
    state,
    oldestAt: () => sql.oldestAt.get()?.at as number | undefined,
    body: (id: number) => sql.body.get(id)?.body as string,

    insert(body: string, bytes: number, at: number): void {
      const id = state().lastId + 1;
      sql.insert.run(id, bytes, at, body);
      sql.grow.run(bytes, id);
    },

    /** Whether `available` would find anything. */
    isAvailable(takenBefore: number): boolean {
      const { lastId, lastTaken } = state();
      return lastId > lastTaken || (longestTaken() ?? Number.POSITIVE_INFINITY) <= takenBefore;
    },

    /** Oldest first: what was taken at `takenBefore` or earlier, then what nobody has had. */
    available(takenBefore: number, max: number): { again: EntryRow[]; fresh: EntryRow[] } {
      const again = sql.idle.all(takenBefore, max) as unknown as EntryRow[];
      const room = max - again.length;
      const fresh = room > 0 ? sql.fresh.all(state().lastTaken, room) : [];
      return { again, fresh: fresh as unknown as EntryRow[] };
    },
    longestTaken,

    mark(ids: readonly number[], worker: string, now: number): void {
      for (const id of ids) sql.mark.run(id, worker, now);
    },
    took: (lastTaken: number) => sql.took.run(lastTaken),
    release: (worker: string) => sql.release.run(worker),

    delete(ids: readonly number[]): void {
      let entries = 0;
      let bytes = 0;
      for (const id of ids) {
        const row = sql.bytes.get(id);
        if (!row) continue;
        entries += 1;
        bytes += row.bytes as number;
        sql.deleteEntry.run(id);
        sql.deleteTaken.run(id);
      }
      if (entries > 0) sql.shrink.run(entries, bytes);
    },
  };
};

export type Tables = ReturnType<typeof createTables>;
