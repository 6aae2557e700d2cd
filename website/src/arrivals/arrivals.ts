import { type Topic, topics } from '@pushtech/event';
import { type Batch, createFollower, type Log } from '@pushtech/log';

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

  const follower = createFollower({
    log,
    topics: [topics.events, topics.dead, topics.dropped],
    handle,
    failed,
  });

  const leave = (listener: Listener): void => {
    if (listeners.delete(listener) && listeners.size === 0) follower.release();
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
      if (stopped) throw new Error('stopping');
      if (listeners.size >= limit) return undefined;
      listeners.add(listener);
      try {
        await follower.follow();
      } catch (error) {
        leave(listener);
        throw error;
      }
      return () => leave(listener);
    },
    async stop(): Promise<void> {
      stopped = true;
      listeners.clear();
      await follower.end();
    },
  };
};

export type Arrivals = ReturnType<typeof createArrivals>;
