import { setImmediate } from 'node:timers/promises';
import { isPushtechError } from '@pushtech/event';
import { toPushtechError, type Waker } from '@pushtech/sqlite';
import { pause } from '../handle-batch.ts';
import type { Batch, Subscription } from '../log.ts';
import type { Records } from './sqlite-records.ts';

/** Records of one batch, unless the subscriber says otherwise. */
export const MAX_RECORDS = 500;
/** Before the engine is asked again after it had no lock or no room, in ms. */
const RETRY_MS = 500;

export interface Wanted {
  topic: string;
  position: number;
  max: number;
  signal: AbortSignal;
  /** Ends the wait at its next waking when it says no. */
  goOn?: () => boolean;
}

const read = (records: Records, { topic, position, max }: Wanted): Batch => {
  try {
    return records.read(topic, position, max);
  } catch (error) {
    throw toPushtechError(error);
  }
};

/** Waits until the topic has records from a position on; `undefined` where the wait was ended. */
export const nextBatch = async (
  { records, waker }: { records: Records; waker: Waker },
  wanted: Wanted,
): Promise<Batch | undefined> => {
  const { signal, goOn = () => true } = wanted;
  // Also where records are at hand: a subscriber that catches up must leave room for everybody else.
  await setImmediate();
  while (!signal.aborted && goOn()) {
    const batch = read(records, wanted);
    if (batch.records.length > 0) return batch;
    await waker.wait(Number.POSITIVE_INFINITY, signal);
  }
  return undefined;
};

/**
 * Runs the loops of a subscription until it stops or one of them throws; after an error of kind `retry` it begins anew.
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
    while (!stopping.signal.aborted) {
      try {
        await loop(stopping.signal);
      } catch (error) {
        if (isPushtechError(error) && error.kind === 'retry') await pause(RETRY_MS, stopping.signal);
        else {
          stopping.abort();
          reject(error);
        }
      }
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
