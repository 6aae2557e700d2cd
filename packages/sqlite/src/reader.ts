import { Worker } from 'node:worker_threads';
import { PushtechError } from '@pushtech/event';

/** Runs the functions of one module on a thread with a read-only connection: `(db, prefix, …args) => result`. */
export interface Reader {
  run<T>(name: string, ...args: unknown[]): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { code?: string; kind?: PushtechError['kind']; message: string };
}

/**
 * Long queries belong here: they hold neither the event loop nor a writer (WAL readers block nobody).
 * The thread starts with the first query.
 * @param module a module whose exported functions may be run by name
 */
export const createReader = (path: string, prefix: string, module: URL): Reader => {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  let worker: Worker | undefined;
  let nextId = 0;

  const fail = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker = undefined;
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./reader-thread.ts', import.meta.url), {
      workerData: { path, prefix, module: module.href },
    });
    started.on('message', ({ id, result, error }: Answer) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
      if (!error) call?.resolve(result as never);
      else
        call?.reject(new PushtechError(error.code ?? 'SQLITE_QUERY', error.kind ?? 'retry', error.message));
    });
    started.on('error', fail);
    return started;
  };

  return {
    run(name, ...args) {
      worker ??= start();
      worker.ref();
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, name, args });
      });
    },
    async close() {
      const stopping = worker;
      fail(new PushtechError('SQLITE_CLOSED', 'fatal', `${path} is closed`));
      await stopping?.terminate();
    },
  };
};
