import { Worker } from 'node:worker_threads';

/** Commits after which a checkpoint is asked for, and how long a commit may stay without one (ms). */
const EVERY_COMMITS = 500;
const EVERY_MS = 1000;

interface Thread {
  worker: Worker;
  users: number;
  waiting: Map<string, () => void>;
}

/** One thread for the whole process: checkpoints are rare, and a thread costs some 10 MB. */
let shared: Thread | undefined;

const acquire = (): Thread => {
  if (!shared) {
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url));
    worker.unref();
    const thread: Thread = { worker, users: 0, waiting: new Map() };
    worker.on('message', (path: string) => {
      thread.waiting.get(path)?.();
      thread.waiting.delete(path);
    });
    shared = thread;
  }
  shared.users += 1;
  return shared;
};

const release = async (thread: Thread): Promise<void> => {
  thread.users -= 1;
  if (thread.users > 0) return;
  if (shared === thread) shared = undefined;
  await thread.worker.terminate();
};

/**
 * Moves committed pages from the write-ahead log into the database on a thread of its own, so that neither the copying
 * nor its fsync holds the event loop.
 */
export const createCheckpointer = (path: string) => {
  let thread: Thread | undefined;
  let commits = 0;
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (running) return;
    commits = 0;
    running = true;
    thread ??= acquire();
    thread.waiting.set(path, () => {
      running = false;
    });
    thread.worker.postMessage({ path });
  };

  return {
    /** Tell it of a commit. */
    wrote(): void {
      commits += 1;
      if (commits >= EVERY_COMMITS) run();
      else timer ??= setTimeout(run, EVERY_MS).unref();
    },
    async close(): Promise<void> {
      clearTimeout(timer);
      if (!thread) return;
      const held = thread;
      thread = undefined;
      await new Promise<void>((resolve) => {
        held.waiting.set(path, resolve);
        held.worker.ref();
        held.worker.postMessage({ path, close: true });
      });
      await release(held);
    },
  };
};
