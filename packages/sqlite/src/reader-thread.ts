// The thread behind reader.ts.
import { setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { END } from './end-thread.ts';

type Query = (db: DatabaseSync, prefix: string, ...args: unknown[]) => unknown;

const { path, prefix, module } = workerData as { path: string; prefix: string; module: string };
// On Linux this concerns the calling thread alone: where cores are few, a long query must not take the one that answers
// pixels. Elsewhere it would slow the whole process.
if (process.platform === 'linux') setPriority(10);

const queries = (await import(module)) as Record<string, Query>;
const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });

const run = ({ name, args }: { name: string; args: unknown[] }) => {
  const query = queries[name];
  if (typeof query !== 'function') throw new TypeError(`there is no query ${name}`);
  return query(db, prefix, ...args);
};

parentPort?.on('message', (message: { id: number; name: string; args: unknown[] } | typeof END) => {
  if (message === END) {
    db.close();
    parentPort?.close();
    return;
  }
  try {
    parentPort?.postMessage({ id: message.id, result: run(message) });
  } catch (error) {
    const { code, kind, message: text } = error as { code?: string; kind?: string; message: string };
    parentPort?.postMessage({ id: message.id, error: { code, kind, message: text } });
  }
});
