import type { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './errors.ts';

/** How long a write waits for other connections before it gives up, in ms. */
const PATIENCE_MS = 10_000;
/** Between two tries, in ms: doubling from the first to the second. */
const RETRY_MS = [1, 20] as const;
/** Queued writes run for this long before others get the event loop, in ms. */
const SLICE_MS = 5;

interface Job {
  work: () => unknown;
  deadline: number;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/**
 * Write transactions of one connection, in the order they were asked for. A transaction begins and ends in one tick, so
 * nobody can come in between. While another connection holds the lock, they wait without holding the event loop.
 */
export const createWriteQueue = (db: DatabaseSync) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const jobs: Job[] = [];
  let pumping: Promise<void> | undefined;

  const begun = (): boolean => {
    try {
      begin.run();
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
  };

  /** `undefined` when the lock is taken. */
  const attempt = <T>(work: () => T): { result: T } | undefined => {
    if (!begun()) return undefined;
    try {
      const result = work();
      commit.run();
      return { result };
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  /** True when the job is done with, well or badly. */
  const settle = (job: Job): boolean => {
    try {
      const done = attempt(job.work);
      if (done) job.resolve(done.result as never);
      else if (Date.now() < job.deadline) return false;
      else job.reject(Object.assign(new Error('the database is locked'), { errcode: 5 }));
    } catch (error) {
      job.reject(error);
    }
    return true;
  };

  const pump = async (): Promise<void> => {
    let wait: number = RETRY_MS[0];
    let sliceEnd = performance.now() + SLICE_MS;
    for (let job = jobs[0]; job; job = jobs[0]) {
      if (!settle(job)) {
        await sleep(wait);
        wait = Math.min(wait * 2, RETRY_MS[1]);
        sliceEnd = performance.now() + SLICE_MS;
        continue;
      }
      jobs.shift();
      wait = RETRY_MS[0];
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
    pumping = undefined;
  };

  return {
    async write<T>(work: () => T): Promise<T> {
      // Asked for from within a transaction, it comes after it.
      if (jobs.length === 0 && !db.isTransaction) {
        const done = attempt(work);
        if (done) return done.result;
      }
      return new Promise<T>((resolve, reject) => {
        jobs.push({ work, deadline: Date.now() + PATIENCE_MS, resolve, reject });
        // The lock was taken just now: the first try of the pump comes after a pause of its own.
        pumping ??= sleep(RETRY_MS[0]).then(pump);
      });
    },
    /** Resolves when nothing waits. */
    async idle(): Promise<void> {
      while (pumping) await pumping;
    },
  };
};
