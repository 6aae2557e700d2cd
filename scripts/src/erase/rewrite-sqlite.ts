import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Writers wait while a file is rewritten, and give up after 10 s: bigger files only when asked for. */
const MOST_BYTES = 512 * 1024 * 1024;
const PATIENCE_MS = 8000;
const TRIES = 20;
const PAUSE_MS = 250;

const truncateLog = async (db: DatabaseSync): Promise<boolean> => {
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  for (let tries = 0; tries < TRIES; tries++) {
    if (Number(checkpoint.get()?.busy) === 0) return true;
    await sleep(PAUSE_MS);
  }
  return false;
};

/**
 * Writes a SQLite file anew, since free pages and the write-ahead log still hold what was deleted. Services may run: their
 * writes wait for it.
 * @returns why it was not done, in words
 */
export const rewriteSqlite = async (path: string, anySize: boolean): Promise<string | undefined> => {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return undefined;
  if (bytes > MOST_BYTES && !anySize) {
    return `${path} is too big to be rewritten while services run: stop them, and run the same with --rewrite`;
  }
  const db = new DatabaseSync(path, { timeout: PATIENCE_MS });
  try {
    db.exec('VACUUM');
    return (await truncateLog(db)) ? undefined : `${path}-wal is in use: run the same again`;
  } catch (error) {
    return `${path}: ${(error as Error).message}; run the same again`;
  } finally {
    db.close();
  }
};
