import { topics } from '@pushtech/event';
import type { Log, Subscription } from '@pushtech/log';
import type { Logger } from '@pushtech/service';
import type { createTakeBatch } from './take-batch.ts';

const GROUP = 'stats';
const MAX_RECORDS = 500;
const RETRY_MS = 1000;

interface FollowDeps {
  log: Log;
  record: Logger;
  take: ReturnType<typeof createTakeBatch>;
}

/** Keeps a subscription going: one that ends by an error begins again after a second, and loses nothing by it. */
export const createFollow = ({ log, record, take }: FollowDeps) => {
  let subscription: Subscription | undefined;
  let beginning: Promise<void> = Promise.resolve();
  let problem: string | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  const fail = (error: Error): void => {
    if (stopped) return;
    if (problem !== error.message) record.error({ err: error }, 'Counting stopped; trying again.');
    problem = error.message;
    retry = setTimeout(() => {
      beginning = end().then(begin);
    }, RETRY_MS);
  };

  const begin = async (): Promise<void> => {
    if (stopped) return;
    try {
      const opened = await log.subscribe({
        topics: Object.values(topics),
        group: GROUP,
        maxRecords: MAX_RECORDS,
        startAt: take.startAt,
        async handle(batch) {
          const answer = await take.handle(batch);
          problem = undefined;
          return answer;
        },
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
