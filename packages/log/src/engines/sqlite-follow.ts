import { setImmediate } from 'node:timers/promises';
import type { Waker } from '@pushtech/sqlite';
import type { Batch, Subscription } from '../log.ts';
import type { Records } from './sqlite-records.ts';

/** Records of one batch, unless the subscriber says otherwise. */
export const MAX_RECORDS = 500;

export interface Wanted {
  topic: string;
  position: number;
  max: number;
  signal: AbortSignal;
  /** Ends the wait at its next waking when it says no. */
  goOn?: () => boolean;
}

/** Waits until the topic has records from a position on; `undefined` where the wait was ended. */
export const nextBatch = async (
  { records, waker }: { records: Records; waker: Waker },
  { topic, position, max, signal, goOn = () => true }: Wanted,
): Promise<Batch | undefined> => {
  // Also where records are at hand: a subscriber that catches up must leave room for everybody else.
  await setImmediate();
  while (!signal.aborted && goOn()) {
    const batch = records.read(topic, position, max);
    if (batch.records.length > 0) return batch;
    await waker.wait(Number.POSITIVE_INFINITY, signal);
  }
  return undefined;
};

/**
 * Runs the loops of a subscription until it stops or one of them throws.
 * @param leave called once, when the last loop has ended
 */
export const createSubscription = (
  loops: readonly ((signal: AbortSignal) => Promise<void>)[],
  leave: () => Promise<void>,
): Subscription => {
  const stopping = new AbortController();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Nobody need listen.
  failed.catch(() => {});

  const run = async (loop: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await loop(stopping.signal);
    } catch (error) {
      stopping.abort();
      reject(error);
    }
  };
  const ended = Promise.all(loops.map(run)).then(leave);
  ended.catch(reject);

  return {
    failed,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
};
