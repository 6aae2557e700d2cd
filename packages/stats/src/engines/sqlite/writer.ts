import { Worker } from 'node:worker_threads';
import { PushtechError } from '@pushtech/event';
import { endThread, toPushtechError } from '@pushtech/sqlite';
import { statsError } from '../../errors.ts';
import type { Settled } from '../../options.ts';
import type { Part, PartResult } from './step.ts';

export interface WriterData {
  path: string;
  prefix: string;
  options: Omit<Settled, 'clock' | 'warn'>;
}

interface Answers {
  apply: PartResult;
  position: number | undefined;
  maintain: undefined;
  close: undefined;
}

export interface WriterQuestion {
  id: number;
  name: keyof Answers;
  argument: Part | string | undefined;
  /** Epoch ms. */
  now: number;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string; errcode?: number };
}

interface Call {
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Facts are short-lived: with the default of Node, 10 MB more of them lay about. */
const YOUNG_MB = 8;

/** One thread, until it ends. */
const startThread = (workerData: WriterData, ended: () => void) => {
  const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const calls = new Map<number, Call>();
  let nextId = 0;
  let reason = 'the writer thread ended';

  worker.on('message', ({ id, result, error }: Answer) => {
    const call = calls.get(id);
    calls.delete(id);
    if (calls.size === 0) worker.unref();
    if (error) call?.reject(toPushtechError(Object.assign(new Error(error.message), error)));
    else call?.resolve(result as never);
  });
  worker.on('error', (error: Error) => {
    reason = error.message;
  });
  worker.on('exit', () => {
    ended();
    for (const { reject } of calls.values()) reject(statsError('STATS_WRITER', reason));
  });

  return {
    run<T>(question: Omit<WriterQuestion, 'id'>): Promise<T> {
      const id = nextId++;
      worker.postMessage({ id, ...question });
      worker.ref();
      return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    },
    stop: () => endThread(worker),
  };
};

/** Calls to the thread that writes. It starts with the first one, and again after it has ended by an accident. */
export const createWriter = (path: string, prefix: string, { clock, warn: _, ...options }: Settled) => {
  let thread: ReturnType<typeof startThread> | undefined;
  let closed = false;

  const run = <Name extends keyof Answers>(
    name: Name,
    argument?: WriterQuestion['argument'],
  ): Promise<Answers[Name]> => {
    if (closed) return Promise.reject(new PushtechError('SQLITE_CLOSED', 'fatal', `${path} is closed`));
    thread ??= startThread({ path, prefix, options }, () => {
      thread = undefined;
    });
    return thread.run({ name, argument, now: clock() });
  };

  return {
    run,
    /** Waits for the calls that were made. */
    async close(): Promise<void> {
      if (closed) return;
      const ending = thread && run('close');
      closed = true;
      await ending;
      await thread?.stop();
    },
  };
};

export type Writer = ReturnType<typeof createWriter>;
