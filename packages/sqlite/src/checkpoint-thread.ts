// The thread behind checkpointer.ts: one connection per file, one message per checkpoint.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';

/**
 * A passive checkpoint never disturbs anyone, but under steady writing the log never comes to an end and so never starts
 * over. Past this size the checkpoint takes the write lock for its short rest; writers retry meanwhile.
 */
const RESTART_BYTES = 16 * 1024 * 1024;

const connections = new Map<string, DatabaseSync>();

const walBytes = (path: string): number => {
  try {
    return statSync(`${path}-wal`).size;
  } catch {
    return 0;
  }
};

const checkpoint = (path: string): void => {
  const db = connections.get(path) ?? new DatabaseSync(path, { timeout: 0 });
  connections.set(path, db);
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    if (walBytes(path) > RESTART_BYTES) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Busy or out of disk: the commits stay safe in the log, and the next round tries again.
  }
};

parentPort?.on('message', ({ path, close }: { path: string; close?: boolean }) => {
  if (close) {
    connections.get(path)?.close();
    connections.delete(path);
  } else {
    checkpoint(path);
  }
  parentPort?.postMessage(path);
});
