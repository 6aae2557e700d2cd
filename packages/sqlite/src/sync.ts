import { type FileHandle, open } from 'node:fs/promises';
import { sqliteError } from './errors.ts';

/**
 * fsyncs the write-ahead log off the event loop. In WAL mode a commit lies in that file alone until a checkpoint, and
 * every checkpoint syncs it before it touches the database, so its fsync is all that durability needs.
 * The descriptor stays good: SQLite deletes the file only when the last connection closes, and ours is open as long.
 * Closing it is harmless: SQLite's POSIX locks are on the -shm file and the database, not on the WAL.
 */
export const createSync = (path: string) => {
  let file: Promise<FileHandle> | undefined;
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let closed = false;

  const syncOnce = async (): Promise<void> => {
    file ??= open(`${path}-wal`, 'r+');
    await (await file).datasync();
  };

  const start = (): Promise<void> => {
    queued = undefined;
    running = syncOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    /** Resolves once all that was committed before the call is on the disk; callers that come together share one fsync. */
    async sync(): Promise<void> {
      if (closed) throw sqliteError('SQLITE_CLOSED', `${path} is closed`);
      if (!running) return start();
      // The one that runs may have begun before our commit: wait for the next.
      queued ??= running.then(start, start);
      return queued;
    },
    /** Waits for the syncs that were asked for. */
    async close(): Promise<void> {
      closed = true;
      while (running) await running.catch(() => {});
      await (await file)?.close();
    },
  };
};
