import type { Worker } from 'node:worker_threads';

/** What a thread hears when it is to close what it has open and end by itself. */
export const END = 'end';

/** A thread in a long query hears nothing before its end. */
const PATIENCE_MS = 2000;

/**
 * Lets a thread end by itself: one that was cut off (`terminate`) with SQLite at work in it has crashed the whole process.
 * Who is in a long query is cut off after 2 s all the same. Resolves when it has ended.
 */
export const endThread = async (worker: Worker): Promise<void> => {
  if (worker.threadId < 0) return;
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.ref();
  worker.postMessage(END);
  const timer = setTimeout(() => void worker.terminate(), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
};
