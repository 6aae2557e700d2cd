import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError } from '@pushtech/event';
import type { Batch } from './log.ts';

/** Pauses between tries, in ms: doubling from the first to the second. */
const BACK_OFF_MS = [100, 5000] as const;

/** A pause that ends early, and without an error, at the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});

/**
 * Gives a batch to its handler until it is taken, with a back-off after errors of kind `retry`; others are thrown.
 * @param goOn asked before each further try; `false` when the partition is lost or the subscription stops
 * @returns `undefined` when `goOn` said no, else what the handler answered
 */
export const handleBatch = async <T>(
  batch: Batch,
  handle: (batch: Batch) => Promise<T> | T,
  goOn: () => boolean,
  signal: AbortSignal,
): Promise<{ answer: T } | undefined> => {
  for (let wait: number = BACK_OFF_MS[0]; ; wait = Math.min(wait * 2, BACK_OFF_MS[1])) {
    try {
      return { answer: await handle(batch) };
    } catch (error) {
      if (!isPushtechError(error) || error.kind !== 'retry') throw error;
    }
    await pause(wait, signal);
    if (!goOn()) return undefined;
  }
};
