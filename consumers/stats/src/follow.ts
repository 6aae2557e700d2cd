import { bookedTopics } from '@pushtech/event';
import type { Batch, Log, Subscription } from '@pushtech/log';
import type { Logger } from '@pushtech/service';
import type { createTakeBatch } from './take-batch.ts';

const GROUP = 'stats';
const MAX_RECORDS = 500;
const RETRY_MS = 1000;
/** So many failures in a row, with no batch taken in between, are for good. */
const MAX_FAILURES = 10;

interface FollowDeps {
  log: Log;
  record: Logger;
  take: Pick<ReturnType<typeof createTakeBatch>, 'startAt' | 'handle'>;
  /** Pause before a subscription begins again, in ms. */
  retryMs?: number;
}

/**
 * Keeps a subscription going: one that ends by an error begins again after a second, and loses nothing by it. When ten
 * beginnings in a row do not help, `failed` rejects; where nobody ends the process for it, the trying goes on.
 */
export const createFollow = ({ log, record, take, retryMs = RETRY_MS }: FollowDeps) => {
  const forGood = Promise.withResolvers<never>();
  forGood.promise.catch(() => {});
  let subscription: Subscription | undefined;
  let beginning: Promise<void> = Promise.resolve();
  let problem: string | undefined;
  let failures = 0;
  /** Batches of other topics are no sign that this one goes on. */
  let failing: string | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  const fail = (error: Error): void => {
    if (stopped) return;
    if (problem !== error.message) record.error({ err: error }, 'Counting stopped; trying again.');
    problem = error.message;
    failures += 1;
    if (failures >= MAX_FAILURES) forGood.reject(error);
    retry = setTimeout(() => {
      beginning = end().then(begin);
    }, retryMs);
  };

  const handle = async (batch: Batch) => {
    try {
      const answer = await take.handle(batch);
      if (failing === undefined || failing === batch.topic) {
        problem = undefined;
        failing = undefined;
        failures = 0;
      }
      return answer;
    } catch (error) {
      failing = batch.topic;
      throw error;
    }
  };

  const begin = async (): Promise<void> => {
    if (stopped) return;
    try {
      const opened = await log.subscribe({
        topics: bookedTopics,
        group: GROUP,
        maxRecords: MAX_RECORDS,
        startAt: take.startAt,
        handle,
      });
      subscription = opened;
      opened.failed.catch(fail);
    } catch (error) {
      fail(error as Error);
    }
  };

  const end = async (): Promise<void> => {
    const ending = subscription;
    subscription = undefined;
    await ending?.stop().catch(() => {});
  };

  return {
    failed: forGood.promise,
    problem: () => problem,
    async start(): Promise<void> {
      beginning = begin();
      await beginning;
    },
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(retry);
      await beginning;
      await end();
    },
  };
};
