import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError } from '@pushtech/event';
import type { Logger } from '@pushtech/service';

export interface Retry {
  /**
   * Repeats `work` until it succeeds: true. After the stop it is tried once more at the most: false when that fails.
   * @throws the tenth error of kind `fatal` in a row
   */
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
/** So many errors of kind `fatal` in a row, some 30 s, are not waited out: a new process may fare better. */
const MAX_FATAL = 10;

/**
 * An engine that refuses is asked again, after 0.1 s doubling to 5 s, for as long as it takes: what is not acknowledged
 * stays in the buffer, so waiting loses nothing. Only what stays `fatal` is thrown, and loses nothing either.
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
      let fatal = 0;
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          await work();
          if (problem !== undefined) record.info(`${what}: over.`);
          problem = undefined;
          return true;
        } catch (error) {
          fails(error);
          fatal = isPushtechError(error) && error.kind === 'fatal' ? fatal + 1 : 0;
          if (fatal >= MAX_FATAL) throw error;
        }
        if (signal.aborted) return false;
        await sleep(wait, undefined, { signal }).catch(() => {});
      }
    },
  };
};
