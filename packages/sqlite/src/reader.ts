import { Worker } from 'node:worker_threads';
import { PushtechError } from '@pushtech/event';
import { endThread } from './end-thread.ts';
import { sqliteError } from './errors.ts';

/** Runs the functions of one module on a thread with a read-only connection: `(db, prefix, …args) => result`. */
export interface Reader {
  /**
   * @param args what `structuredClone` takes
   * @throws PushtechError of the query's own, or `SQLITE_QUERY` (retry), `SQLITE_CLOSED` (fatal)
   */
  run<T>(name: string, ...args: unknown[]): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { code?: string; kind?: PushtechError['kind']; message: string };
}

interface Call {
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

const toError = ({ code, kind, message }: NonNullable<Answer['error']>): PushtechError =>
  code && kind ? new PushtechError(code, kind, message) : sqliteError('SQLITE_QUERY', message);

/** One thread, until it ends or is stopped. */
const startThread = (workerData: { path: string; prefix: string; module: string }, ended: () => void) => {
  const worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
    workerData,
    // Rows pass through quickly; Node's default lets tens of MB of them lie about.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const calls = new Map<number, Call>();
  let nextId = 0;
  let reason = 'the reader thread ended';

  worker.on('message', ({ id, result, error }: Answer) => {
    const call = calls.get(id);
    calls.delete(id);
    if (calls.size === 0) worker.unref();
    if (error) call?.reject(toError(error));
    else call?.resolve(result as never);
  });
  worker.on('error', (error: Error) => {
    reason = error.message;
  });
  worker.on('exit', () => {
    ended();
    for (const { reject } of calls.values()) reject(sqliteError('SQLITE_QUERY', reason));
  });

  return {
    run<T>(name: string, args: unknown[]): Promise<T> {
      const id = nextId++;
      worker.postMessage({ id, name, args });
      worker.ref();
      return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    },
    async stop(error: PushtechError): Promise<void> {
      for (const { reject } of calls.values()) reject(error);
      await endThread(worker);
    },
  };
};

/**
 * Long queries belong here: they hold neither the event loop nor a writer (WAL readers block nobody).
 * The thread starts with the first query, and again after it has ended by an accident.
 * @param module a module whose exported functions may be run by name
 */
export const createReader = (path: string, prefix: string, module: URL): Reader => {
  let thread: ReturnType<typeof startThread> | undefined;
  let isClosed = false;
  const closed = () => sqliteError('SQLITE_CLOSED', `${path} is closed`);

  return {
    async run(name, ...args) {
      if (isClosed) throw closed();
      thread ??= startThread({ path, prefix, module: module.href }, () => {
        thread = undefined;
      });
      return thread.run(name, args);
    },
    async close() {
      isClosed = true;
      await thread?.stop(closed());
    },
  };
};
