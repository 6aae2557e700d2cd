import { Worker } from 'node:worker_threads';
import { endThread } from './end-thread.ts';

/** Commits after which a checkpoint is asked for, and how long a commit may stay without one (ms). */
const EVERY_COMMITS = 500;
const EVERY_MS = 1000;

interface Thread {
  worker: Worker;
  users: number;
  dead: boolean;
  /** Who waits for an answer, by the number of the question. */
  waiting: Map<number, () => void>;
}

/** One thread for the whole process: checkpoints are rare, and a thread costs some 10 MB. */
let shared: Thread | undefined;
let counter = 0;

const startThread = (): Thread => {
  const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  const thread: Thread = { worker, users: 0, dead: false, waiting: new Map() };
  worker.on('message', (question: number) => {
    thread.waiting.get(question)?.();
    thread.waiting.delete(question);
  });
  // A dead thread loses nothing: commits stay in the write-ahead log, and the next checkpoint starts another thread.
  worker.on('error', () => {});
  worker.on('exit', () => {
    thread.dead = true;
    for (const answered of thread.waiting.values()) answered();
  });
  return thread;
};

const acquire = (): Thread => {
  if (!shared || shared.dead) shared = startThread();
  shared.users += 1;
  return shared;
};

const release = async (thread: Thread): Promise<void> => {
  thread.users -= 1;
  if (thread.users > 0) return;
  if (shared === thread) shared = undefined;
  await endThread(thread.worker);
};

/** @param user whose connection is meant: each has its own in the thread */
const ask = (thread: Thread, user: number, path: string, close: boolean): Promise<void> => {
  if (thread.dead) return Promise.resolve();
  const question = counter++;
  return new Promise((resolve) => {
    thread.waiting.set(question, resolve);
    thread.worker.postMessage({ question, user, path, close });
  });
};

/**
 * Moves committed pages from the write-ahead log into the database on a thread of its own, so that neither the copying
 * nor its fsync holds the event loop.
 */
export const createCheckpointer = (path: string) => {
  const user = counter++;
  let thread: Thread | undefined;
  let commits = 0;
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  const run = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (running) return;
    commits = 0;
    running = true;
    if (!thread || thread.dead) thread = acquire();
    await ask(thread, user, path, false);
    running = false;
  };

  return {
    /** Tell it of a commit. */
    wrote(): void {
      commits += 1;
      if (commits >= EVERY_COMMITS) void run();
      else timer ??= setTimeout(run, EVERY_MS).unref();
    },
    async close(): Promise<void> {
      clearTimeout(timer);
      if (!thread) return;
      const held = thread;
      held.worker.ref();
      await ask(held, user, path, true);
      await release(held);
    },
  };
};
