import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@pushtech/service';

export interface Retry {
  /** Repeats `work` until it succeeds: true. After the stop it is tried once more at the most: false when that fails. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  /** The last failure's message while it lasts. */
  problem(): string | undefined;
}

export interface RetryOptions {
  /** Said once when it begins to fail. */
  what: string;
  record: Logger;
  /** Aborted = give up at the next failure. */
  signal: AbortSignal;
  failed?: () => void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/**
 * An engine that refuses is asked again, after 0.1 s doubling to 5 s, for as long as it takes: what is not acknowledged
 * stays in the buffer, so waiting loses nothing. Errors of every kind are repeated, since to give up would lose events.
 */
export const createRetry = ({ what, record, signal, failed }: RetryOptions): Retry => {
  let problem: string | undefined;

  const fails = (error: unknown): void => {
    if (problem === undefined) record.warn({ err: error }, `${what}; trying again.`);
    problem = `${what}: ${(error as Error).message}`;
    failed?.();
  };

  return {
    problem: () => problem,
    async run(work) {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          await work();
          if (problem !== undefined) record.info(`${what}: over.`);
          problem = undefined;
          return true;
        } catch (error) {
          fails(error);
        }
        if (signal.aborted) return false;
        await sleep(wait, undefined, { signal }).catch(() => {});
      }
    },
  };
};
