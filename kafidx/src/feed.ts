import { topics } from '@pushtech/event';
import type { Batch, Log, Subscription } from '@pushtech/log';

/** How long the log is still read along after the last viewer has left: most of them only reload the page. */
const LINGER_MS = 10_000;
const RETRY_MS = 1000;

interface Deps {
  log: Log;
  take: (batch: Batch) => void;
  /** Told once per failure. */
  failed: (error: Error) => void;
}

/** Reads along on the log, once for all viewers, while there are any. Leaves no trace in the log. */
export const createFeed = ({ log, take, failed }: Deps) => {
  let wanted = false;
  let problem: string | undefined;
  let started: Promise<void> | undefined;
  let subscription: Subscription | undefined;
  let retry: NodeJS.Timeout | undefined;
  let linger: NodeJS.Timeout | undefined;

  const fail = (error: Error): void => {
    subscription?.stop().catch(() => {});
    subscription = undefined;
    started = undefined;
    if (!wanted) return;
    if (problem === undefined) failed(error);
    problem = `the log cannot be read: ${error.message}`;
    retry = setTimeout(() => void begin(), RETRY_MS);
  };

  const begin = (): Promise<void> => {
    started ??= log
      .tail({ topics: [topics.events, topics.dead], from: 'latest', maxRecords: 1000, handle: take })
      .then((opened) => {
        subscription = opened;
        problem = undefined;
        opened.failed.catch((error: Error) => {
          if (subscription === opened) fail(error);
        });
      })
      .catch(fail);
    return started;
  };

  const end = async (): Promise<void> => {
    wanted = false;
    problem = undefined;
    clearTimeout(retry);
    clearTimeout(linger);
    await started;
    if (wanted) return;
    const stopping = subscription;
    subscription = undefined;
    started = undefined;
    await stopping?.stop();
  };

  return {
    /** Resolves when every later record will be seen, or when a first attempt failed; it is then tried again. */
    follow(): Promise<void> {
      clearTimeout(linger);
      wanted = true;
      return begin();
    },
    /** The last viewer has left. */
    release(): void {
      clearTimeout(linger);
      linger = setTimeout(() => void end(), LINGER_MS).unref();
    },
    problem: () => problem,
    end,
  };
};
