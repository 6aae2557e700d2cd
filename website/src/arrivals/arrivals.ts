import { type Topic, topics } from '@pushtech/event';
import type { Batch, Log, Subscription } from '@pushtech/log';

/** How long the log is still read after the last listener has left: most of them only reload their page. */
const LINGER_MS = 10_000;
const RETRY_MS = 1000;

/** One record of the log that a listener asked for. */
export interface Arrival {
  topic: Topic;
  record: Record<string, unknown>;
  /** When it was put on the log, epoch ms. */
  at: number;
}

export interface Listener {
  /** Texts one of which a record must hold, compared before anything is parsed. */
  marks: readonly string[];
  take(arrival: Arrival): void;
}

interface Deps {
  log: Log;
  /** Told once per failure. */
  failed: (error: Error) => void;
  /** Listeners at the most. */
  limit?: number;
}

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Reads along on the log, once for all who wait for a record, and only while somebody does. */
export const createArrivals = ({ log, failed, limit = 200 }: Deps) => {
  const listeners = new Set<Listener>();
  let opening: Promise<Subscription> | undefined;
  let linger: NodeJS.Timeout | undefined;
  let stopped = false;

  const hand = (topic: Topic, value: string, at: number): void => {
    let record: Record<string, unknown> | undefined;
    for (const listener of listeners) {
      if (!listener.marks.some((mark) => value.includes(mark))) continue;
      record ??= parse(value);
      if (!record) return;
      listener.take({ topic, record, at });
    }
  };

  const handle = ({ topic, records }: Batch): void => {
    for (const { value, at } of records) hand(topic as Topic, value, at);
  };

  const again = (error: Error): void => {
    opening = undefined;
    failed(error);
    if (listeners.size > 0) setTimeout(() => void follow().catch(() => {}), RETRY_MS).unref();
  };

  const follow = (): Promise<unknown> => {
    if (stopped) return Promise.reject(new Error('stopping'));
    if (!opening) {
      const tail = log.tail({
        topics: [topics.events, topics.dead, topics.dropped],
        from: 'latest',
        maxRecords: 1000,
        handle,
      });
      opening = tail;
      const over = (error: Error): void => {
        if (opening === tail) again(error);
      };
      tail.then(({ failed: ended }) => ended.catch(over), over);
    }
    return opening;
  };

  const end = async (): Promise<void> => {
    clearTimeout(linger);
    const tail = opening;
    opening = undefined;
    await (await tail?.catch(() => undefined))?.stop();
  };

  const leave = (listener: Listener): void => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    clearTimeout(linger);
    linger = setTimeout(() => {
      if (listeners.size === 0) void end();
    }, LINGER_MS).unref();
  };

  return {
    get size() {
      return listeners.size;
    },
    /**
     * Resolves when every later record will be seen, with how to leave; with `undefined` when too many listen already.
     * Rejects when the log cannot be read.
     */
    async listen(listener: Listener): Promise<(() => void) | undefined> {
      if (listeners.size >= limit) return undefined;
      listeners.add(listener);
      try {
        await follow();
      } catch (error) {
        leave(listener);
        throw error;
      }
      return () => leave(listener);
    },
    async stop(): Promise<void> {
      stopped = true;
      listeners.clear();
      await end();
    },
  };
};

export type Arrivals = ReturnType<typeof createArrivals>;
