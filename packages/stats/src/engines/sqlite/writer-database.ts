import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** How long a write waits for other connections, in ms: this is a thread, it may. */
const PATIENCE_MS = 10_000;
/** Commits of so many pages together are moved into the database file. */
const CHECKPOINT_PAGES = 8000;
/** Readers that overlap keep the write-ahead log from starting over: past this size we wait for a gap between them. */
const RESTART_BYTES = 64 * 1024 * 1024;
const LOOK_EVERY = 100;

/** The writer's connection: it waits for locks and checkpoints where it stands, since no event loop hangs on it. */
export interface WriterDatabase {
  db: DatabaseSync;
  /** Runs `work` between BEGIN IMMEDIATE and COMMIT. @throws what SQLite throws, with its `errcode` */
  write<T>(work: () => T): T;
  /** Changes when another connection has written. */
  dataVersion(): number;
  close(): void;
}

export const openWriterDatabase = (path: string): WriterDatabase => {
  const db = new DatabaseSync(path, { timeout: PATIENCE_MS });
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.exec('PRAGMA cache_size = -16384');
  db.exec('PRAGMA temp_store = MEMORY');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const version = db.prepare('PRAGMA data_version');
  let commits = 0;

  const restartLog = (): void => {
    commits += 1;
    if (commits % LOOK_EVERY !== 0) return;
    const bytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > RESTART_BYTES) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  };

  return {
    db,
    write(work) {
      try {
        begin.run();
        const result = work();
        commit.run();
        restartLog();
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    dataVersion: () => Number(version.get()?.data_version),
    close: () => db.close(),
  };
};
