import type { Log, Subscription, TailOptions } from './log.ts';

export interface FollowOptions extends Pick<TailOptions, 'topics' | 'maxRecords' | 'handle'> {
  log: Log;
  /** Told once when the log cannot be read, and again when it could be read in between. */
  failed: (error: Error) => void;
  /** How long the log is still read after `release`: most of those who leave only reload their page. Default 10 s. */
  lingerMs?: number;
  /** Default 1 s. */
  retryMs?: number;
}

/** Reads along at the end of the log while somebody wants it: one tail for all of them, opened anew when it breaks. */
export const createFollower = (options: FollowOptions) => {
  const { log, topics, maxRecords = 1000, handle, failed, lingerMs = 10_000, retryMs = 1000 } = options;
  let wanted = false;
  let problem: string | undefined;
  let current: Promise<Subscription> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let linger: NodeJS.Timeout | undefined;

  const lost = (error: Error): void => {
    current = undefined;
    if (problem === undefined) failed(error);
    problem = `the log cannot be read: ${error.message}`;
    clearTimeout(retry);
    retry = setTimeout(() => void open().catch(() => {}), retryMs).unref();
  };

  const open = (): Promise<Subscription> => {
    if (current) return current;
    const tail = log.tail({ topics, from: 'latest', maxRecords, handle });
    const isCurrent = (): boolean => wanted && current === tail;
    const opened = (subscription: Subscription): void => {
      if (isCurrent()) problem = undefined;
      subscription.failed.catch((error: Error) => {
        subscription.stop().catch(() => {});
        if (isCurrent()) lost(error);
      });
    };
    current = tail;
    tail.then(opened, (error: Error) => {
      if (isCurrent()) lost(error);
    });
    return tail;
  };

  const end = async (): Promise<void> => {
    wanted = false;
    problem = undefined;
    clearTimeout(retry);
    clearTimeout(linger);
    const tail = current;
    current = undefined;
    const subscription = await tail?.catch(() => undefined);
    await subscription?.stop();
  };

  return {
    /** Resolves when every later record will be seen. Rejects when the log cannot be read; it is tried again all the same. */
    async follow(): Promise<void> {
      clearTimeout(linger);
      wanted = true;
      await open();
    },
    /** The last of them has left. */
    release(): void {
      clearTimeout(linger);
      linger = setTimeout(() => void end().catch(() => {}), lingerMs).unref();
    },
    /** Why the log is not read just now, though somebody wants it. */
    problem: (): string | undefined => problem,
    /** Stops at once; `follow` may begin anew. */
    end,
  };
};

export type Follower = ReturnType<typeof createFollower>;
