import { type FileHandle, open } from 'node:fs/promises';

/**
 * fsyncs the write-ahead log off the event loop. In WAL mode a commit lies in that file alone until a checkpoint, and
 * every checkpoint syncs it before it touches the database, so its fsync is all that durability needs.
 * The descriptor stays good: SQLite deletes the file only when the last connection closes, and ours is open as long.
 * Closing it is harmless: SQLite's POSIX locks are on the -shm file and the database, not on the WAL.
 */
export const createSync = (path: string) => {
  let file: FileHandle | undefined;
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  const syncOnce = async (): Promise<void> => {
    file ??= await open(`${path}-wal`, 'r+');
    await file.datasync();
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
    sync(): Promise<void> {
      if (!running) return start();
      // The one that runs may have begun before our commit: wait for the next.
      queued ??= running.then(start, start);
      return queued;
    },
    async close(): Promise<void> {
      while (running) await running.catch(() => {});
      await file?.close();
    },
  };
};
