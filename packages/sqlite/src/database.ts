import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import { createCheckpointer } from './checkpointer.ts';
import { isBusy, sqliteError, toPushtechError } from './errors.ts';
import { migrate, type Schema } from './migrate.ts';
import { createSync } from './sync.ts';
import { createWriteQueue } from './write-queue.ts';

export interface OpenDatabase extends Schema {
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
  /** Changes when another connection has written; for polling. */
  dataVersion(): number;
  /** Waits for the writes that were asked for, and for a sync right after them. May be called twice. */
  close(): Promise<void>;
}

/** Opening is the one place that may wait on a lock: another process may be migrating just now. */
const connect = (options: OpenDatabase): DatabaseSync => {
  mkdirSync(dirname(options.path), { recursive: true });
  const db = new DatabaseSync(options.path, { timeout: 5000 });
  try {
    const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    if (mode !== 'wal') throw new Error('it must lie on a local disk');
    db.exec('PRAGMA synchronous = NORMAL');
    migrate(options, db);
    // From here on nothing may hold the event loop: no waiting for locks, no checkpoints on this connection.
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA wal_autocheckpoint = 0');
    db.exec('PRAGMA cache_size = -4096');
    db.exec('PRAGMA temp_store = MEMORY');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

const open = (options: OpenDatabase): DatabaseSync => {
  try {
    return connect(options);
  } catch (error) {
    options.dispose?.();
    if (error instanceof PushtechError) throw error;
    throw sqliteError('SQLITE_OPEN', `cannot open ${options.path}: ${(error as Error).message}`, error);
  }
};

/**
 * Opens (and makes, and migrates) the tables of one role in a SQLite file that others may use too.
 * @throws PushtechError `SQLITE_NEWER` or `SQLITE_OPEN` (fatal)
 */
export const openDatabase = (options: OpenDatabase): Database => {
  const db = open(options);
  const checkpointer = createCheckpointer(options.path);
  const durability = createSync(options.path);
  const queue = createWriteQueue(db);
  const version = db.prepare('PRAGMA data_version');
  let lastVersion = 0;
  let closed: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    await queue.idle();
    // Whoever has just committed may go on to sync.
    await setImmediate();
    await durability.close();
    await checkpointer.close();
    db.close();
    options.dispose?.();
  };

  return {
    db,
    path: options.path,
    async write(work) {
      if (closed) throw sqliteError('SQLITE_CLOSED', `${options.path} is closed`);
      try {
        const result = await queue.write(work);
        checkpointer.wrote();
        return result;
      } catch (error) {
        throw toPushtechError(error);
      }
    },
    sync: durability.sync,
    dataVersion() {
      try {
        lastVersion = Number(version.get()?.data_version);
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
      return lastVersion;
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
};
