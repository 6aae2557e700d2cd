import type { DatabaseSync } from 'node:sqlite';
import type { SqlMigration } from '@pushtech/sqlite';

/**
 * Each topic has a table of its own, `log_records_<id>`, made with its first record: appends always go to the end of a
 * tree and retention takes from its beginning. `end` is the position of the next record.
 */
export const migrations: readonly SqlMigration[] = [
  (db, prefix) =>
    db.exec(`
      CREATE TABLE ${prefix}log_topics (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
        "end" INTEGER NOT NULL, lastAt INTEGER NOT NULL, bytes INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE ${prefix}log_groups (
        name TEXT NOT NULL, topic TEXT NOT NULL, position INTEGER,
        owner TEXT NOT NULL, generation INTEGER NOT NULL, leaseUntil INTEGER NOT NULL,
        PRIMARY KEY (name, topic)
      ) STRICT, WITHOUT ROWID;
    `),
  // When a member last gave a sign of life, epoch ms: a group that nobody is any more must not hold retention up for ever.
  (db, prefix) =>
    db.exec(`
      ALTER TABLE ${prefix}log_groups ADD COLUMN seenAt INTEGER NOT NULL DEFAULT 0;
      UPDATE ${prefix}log_groups SET seenAt = max(leaseUntil, unixepoch() * 1000);
    `),
];

export interface TopicRow {
  id: number;
  end: number;
  /** `at` of the newest record, epoch ms. */
  lastAt: number;
  bytes: number;
}

export interface RecordRow {
  position: number;
  at: number;
  key: string;
  value: string;
  headers: string | null;
}

const SIZE = 'octet_length(key) + octet_length(value) + ifnull(octet_length(headers), 0)';

const prepareRecords = (db: DatabaseSync, table: string) => {
  const first = db.prepare(`SELECT min(position) AS position FROM ${table}`);
  const at = db.prepare(`SELECT at FROM ${table} WHERE position >= ? ORDER BY position LIMIT 1`);
  const sizes = db.prepare(`SELECT position, ${SIZE} AS bytes FROM ${table} ORDER BY position LIMIT ?`);
  const read = db.prepare(
    `SELECT position, at, key, value, headers FROM ${table} WHERE position >= ? ORDER BY position LIMIT ?`,
  );
  const insert = db.prepare(
    `INSERT INTO ${table} (position, at, key, value, headers) VALUES (?, ?, ?, ?, ?)`,
  );
  const deleteBefore = db.prepare(`DELETE FROM ${table} WHERE position < ?`);
  return {
    /** Position of the oldest record; `undefined` when there is none. */
    first: () => (first.get()?.position ?? undefined) as number | undefined,
    /** `at` of the record at this position, or the next there is. */
    at: (position: number) => at.get(position)?.at as number | undefined,
    /** The oldest records with their sizes. */
    sizes: (max: number) => sizes.all(max) as unknown as { position: number; bytes: number }[],
    read: (from: number, max: number) => read.iterate(from, max) as unknown as Iterable<RecordRow>,
    insert,
    deleteBefore,
  };
};

export type RecordTable = ReturnType<typeof prepareRecords>;

interface Range {
  start: number;
  end: number;
}

/** Position of the first record at or after a time: positions have no holes and `at` never falls, so halving finds it. */
export const positionAt = (
  { start, end }: Range,
  at: (position: number) => number | undefined,
  time: number,
): number => {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((at(middle) ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

const recordTable = (prefix: string, id: number): string => `${prefix}log_records_${id}`;

/** Where a topic's records lie, for a connection that only reads. */
export const readRange = (
  db: DatabaseSync,
  prefix: string,
  topic: string,
): (Range & { table: string }) | undefined => {
  const row = db.prepare(`SELECT id, "end" FROM ${prefix}log_topics WHERE name = ?`).get(topic);
  if (!row) return undefined;
  const table = recordTable(prefix, Number(row.id));
  const first = db.prepare(`SELECT min(position) AS position FROM ${table}`).get()?.position ?? row.end;
  return { table, start: Number(first), end: Number(row.end) };
};

/** The statements of the log's tables. Those that write belong into a transaction. */
export const createTables = (db: DatabaseSync, prefix: string) => {
  const topics = `${prefix}log_topics`;
  const recordTables = new Map<number, RecordTable>();
  const topic = db.prepare(`SELECT id, "end", lastAt, bytes FROM ${topics} WHERE name = ?`);
  const names = db.prepare(`SELECT name FROM ${topics}`);
  const total = db.prepare(`SELECT ifnull(sum(bytes), 0) AS bytes FROM ${topics}`);
  const addTopic = db.prepare(`INSERT INTO ${topics} (name, "end", lastAt, bytes) VALUES (?, 0, 0, 0)`);
  const grow = db.prepare(`UPDATE ${topics} SET "end" = ?, lastAt = ?, bytes = bytes + ? WHERE id = ?`);
  const shrink = db.prepare(`UPDATE ${topics} SET bytes = bytes - ? WHERE id = ?`);
  const tableName = (id: number) => recordTable(prefix, id);

  return {
    topic: (name: string) => topic.get(name) as unknown as TopicRow | undefined,
    topicNames: () => names.all().map((row) => row.name as string),
    totalBytes: () => total.get()?.bytes as number,
    grow: (id: number, end: number, lastAt: number, bytes: number) => grow.run(end, lastAt, bytes, id),
    shrink: (id: number, bytes: number) => shrink.run(bytes, id),

    addTopic(name: string): TopicRow {
      const id = Number(addTopic.run(name).lastInsertRowid);
      db.exec(`
        CREATE TABLE ${tableName(id)} (
          position INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, headers TEXT
        ) STRICT`);
      return { id, end: 0, lastAt: 0, bytes: 0 };
    },

    /** Only for topics that are there. */
    records(id: number): RecordTable {
      const known = recordTables.get(id) ?? prepareRecords(db, tableName(id));
      recordTables.set(id, known);
      return known;
    },
  };
};

export type Tables = ReturnType<typeof createTables>;
