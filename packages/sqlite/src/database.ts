import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import { createCheckpointer } from './checkpointer.ts';

/** Brings the tables from version `index` to `index + 1`; `prefix` stands before every table's name. */
export type SqlMigration = (db: DatabaseSync, prefix: string) => void;

export interface OpenDatabase {
  path: string;
  /** What the tables are for, e.g. `buffer`: the schema number is kept per role and prefix. */
  role: string;
  prefix: string;
  migrations: readonly SqlMigration[];
  /** Removes a temporary file after close. */
  dispose?: () => void;
}

export interface Database {
  db: DatabaseSync;
  path: string;
  /**
   * Runs `work` between BEGIN IMMEDIATE and COMMIT; it must be synchronous and take at most 5 ms.
   * Waits without holding the event loop while another connection writes.
   */
  write<T>(work: () => T): Promise<T>;
  /** Resolves once all that was committed before the call is on the disk. Callers that come together share one fsync. */
  sync(): Promise<void>;
  /** Rises when another connection has written; for polling. */
  dataVersion(): number;
  close(): Promise<void>;
}

const BUSY = 5;
const FULL = 13;

const sqliteCode = (error: unknown): number =>
  ((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;

/** Names the error by what the caller must do. */
export const toPushtechError = (error: unknown): unknown => {
  if (error instanceof PushtechError) return error;
  const code = sqliteCode(error);
  if (code === 0) return error;
  const message = (error as Error).message;
  if (code === BUSY) return new PushtechError('SQLITE_BUSY', 'retry', message, { cause: error });
  if (code === FULL) return new PushtechError('SQLITE_FULL', 'retry', 'the disk is full', { cause: error });
  return new PushtechError('SQLITE_FAILED', 'fatal', `SQLite: ${message}`, { cause: error });
};

const migrate = ({ role, prefix, migrations, path }: OpenDatabase, db: DatabaseSync): void => {
  const name = `${prefix}${role}`;
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec('CREATE TABLE IF NOT EXISTS pushtech_schema (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
    const row = db.prepare('SELECT version FROM pushtech_schema WHERE name = ?').get(name);
    const found = Number(row?.version ?? 0);
    if (found > migrations.length) {
      throw new PushtechError(
        'SQLITE_NEWER',
        'fatal',
        `${path} was written by a newer pushtech (${role} schema ${found}; this one knows ${migrations.length}). Start the newer version, or another DATA_DIR.`,
      );
    }
    for (const step of migrations.slice(found)) step(db, prefix);
    db.prepare('INSERT INTO pushtech_schema VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version').run(
      name,
      migrations.length,
    );
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
};

/** Opening is the one place that may wait on a lock: another process may be migrating just now. */
const connect = (options: OpenDatabase): DatabaseSync => {
  mkdirSync(dirname(options.path), { recursive: true });
  const db = new DatabaseSync(options.path, { timeout: 5000 });
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = NORMAL');
    migrate(options, db);
    // From here on nothing may hold the event loop: no waiting for locks, no checkpoints on this connection.
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA wal_autocheckpoint = 0');
    db.exec('PRAGMA cache_size = -16384');
    db.exec('PRAGMA temp_store = MEMORY');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * fsyncs the write-ahead log off the event loop. In WAL mode a commit lies in that file alone until a checkpoint, and
 * every checkpoint syncs it before it touches the database, so its fsync is all that durability needs.
 * Closing our descriptor is harmless: SQLite's POSIX locks are on the -shm file and the database, not on the WAL.
 */
const createSync = (path: string) => {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  const syncOnce = async () => {
    const file = await open(`${path}-wal`, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  };

  return function sync(): Promise<void> {
    // A sync that already runs may have begun before our commit: wait for the one after it.
    if (running) {
      queued ??= running.then(start, start);
      return queued;
    }
    return start();
  };

  function start(): Promise<void> {
    queued = undefined;
    running = syncOnce().finally(() => {
      running = undefined;
    });
    return running;
  }
};

/**
 * Opens (and makes, and migrates) the tables of one role in a SQLite file that others may use too.
 * @throws PushtechError `SQLITE_NEWER` (fatal) when a newer version wrote them
 */
export const openDatabase = (options: OpenDatabase): Database => {
  let db: DatabaseSync;
  try {
    db = connect(options);
  } catch (error) {
    options.dispose?.();
    throw toPushtechError(error);
  }
  const checkpointer = createCheckpointer(options.path);
  const sync = createSync(options.path);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const version = db.prepare('PRAGMA data_version');
  let writes = 0;
  let closed: Promise<void> | undefined;

  /** One attempt, in one tick: nobody else can come between BEGIN and COMMIT of this connection. */
  const attempt = <T>(work: () => T): { done: true; result: T } | { done: false; busy: unknown } => {
    try {
      begin.run();
    } catch (error) {
      if (sqliteCode(error) === BUSY) return { done: false, busy: error };
      throw error;
    }
    try {
      const result = work();
      commit.run();
      return { done: true, result };
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  const writeWithin = async <T>(ms: number, work: () => T): Promise<T> => {
    const deadline = Date.now() + ms;
    for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
      const tried = attempt(work);
      if (tried.done) return tried.result;
      if (Date.now() > deadline) throw tried.busy;
      await sleep(wait);
    }
  };

  return {
    db,
    path: options.path,
    async write(work) {
      if (closed) throw new PushtechError('SQLITE_CLOSED', 'fatal', `${options.path} is closed`);
      writes += 1;
      try {
        const result = await writeWithin(10_000, work);
        checkpointer.wrote();
        return result;
      } catch (error) {
        throw toPushtechError(error);
      } finally {
        writes -= 1;
      }
    },
    sync,
    dataVersion: () => Number(version.get()?.data_version),
    close() {
      closed ??= (async () => {
        while (writes > 0) await sleep(1);
        await checkpointer.close();
        db.close();
        options.dispose?.();
      })();
      return closed;
    },
  };
};
