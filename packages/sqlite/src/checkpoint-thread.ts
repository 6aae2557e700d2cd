// The thread behind checkpointer.ts: one connection per user, one message per checkpoint.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { END } from './end-thread.ts';

/**
 * A passive checkpoint never disturbs anyone, but under steady writing the log never comes to an end and so never starts
 * over. Past this size the checkpoint takes the write lock for its short rest; writers retry meanwhile.
 */
const RESTART_BYTES = 16 * 1024 * 1024;
/**
 * A log that starts over keeps in its rear what was written long ago, deleted records too. So it is cut off now and then: what
 * retention or an erasure took is in no file for longer.
 */
const CUT_OFF_MS = 3_600_000;
/** How long it waits for the write lock, in ms; here it holds nobody. */
const LOCK_MS = 500;

interface Question {
  question: number;
  user: number;
  path: string;
  close: boolean;
}

/** Path → when its log was cut off, or was first seen. */
const cutOffAt = new Map<string, number>();

const connections = new Map<number, DatabaseSync>();

const connect = (user: number, path: string): DatabaseSync => {
  const db = connections.get(user) ?? new DatabaseSync(path, { timeout: LOCK_MS });
  connections.set(user, db);
  return db;
};

const walBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

const isCutOffDue = (path: string): boolean => {
  const now = performance.now();
  const last = cutOffAt.get(path) ?? now;
  cutOffAt.set(path, now - last >= CUT_OFF_MS ? now : last);
  return now - last >= CUT_OFF_MS;
};

const checkpoint = ({ user, path }: Question): void => {
  const db = connect(user, path);
  const { log, checkpointed } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as Record<string, number>;
  if (walBytes(path) > RESTART_BYTES || isCutOffDue(path)) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  else if (log !== checkpointed) return;
  // Whoever writes first to a log that starts over must fsync its new header: better here than on an event loop.
  // (An update to the same value would write nothing.)
  db.exec('REPLACE INTO pushtech_schema SELECT name, version FROM pushtech_schema ORDER BY name LIMIT 1');
};

parentPort?.on('message', (message: Question | typeof END) => {
  // Whoever used it has closed its connection before.
  if (message === END) {
    parentPort?.close();
    return;
  }
  try {
    checkpoint(message);
  } catch {
    // Busy or out of disk: the commits stay safe in the log, and the next round tries again.
  }
  if (message.close) {
    connections.get(message.user)?.close();
    connections.delete(message.user);
  }
  parentPort?.postMessage(message.question);
});
