import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Found, LogRecord } from '../../log.ts';
import { createSearch, type Search, stepsOf } from '../../search.ts';
import type { Client } from './client.ts';
import { createReader } from './decode-batches.ts';
import type { Lookup } from './lookup.ts';
import { partitionOf } from './partition-of.ts';

/** Enough for one record: a broker gives its first batch whole. */
const ONE_BATCH = 1;

/** Goes back through the partition that the key decides. Where a topic was given more partitions, older records lie elsewhere. */
export const createFind = (client: Client, lookup: Pick<Lookup, 'bounds' | 'fetch' | 'resolve'>) => {
  /** The `at` of the oldest record kept. */
  const readOldest = async (topic: string, partition: number, start: number): Promise<number | undefined> => {
    const bytes = await lookup.fetch(topic, { partition, position: start, maxBytes: ONE_BATCH });
    return bytes && createReader(bytes, { topic, partition, from: start }).read(1)[0]?.at;
  };

  return async (name: string, key: string, wanted: Search): Promise<Found> => {
    const topic = client.settings.prefix + name;
    const search = createSearch(wanted);
    const ranges = await lookup.bounds(topic);
    if (ranges.length === 0) return search.result(true, undefined);
    const partition = partitionOf(key, ranges.length);
    const range = ranges[partition] as { start: number; end: number };
    if (range.start === range.end) return search.result(true, undefined);
    const bytesOfKey = Buffer.from(key);

    /** Positions `[low, high)`: with the batch that `low` lies in, and no batch that begins later. */
    const look = async (low: number, high: number) => {
      const found: LogRecord[] = [];
      let looked = 0;
      let firstAt: number | undefined;
      for (let at = low; at < high; ) {
        const bytes = await lookup.fetch(topic, { partition, position: at });
        if (!bytes) break;
        const reader = createReader(bytes, { topic: name, partition, from: at });
        while (reader.next() < high) {
          const batch = reader.findIn(bytesOfKey);
          if (!batch) break;
          looked += batch.looked;
          firstAt ??= batch.firstAt;
          found.push(...batch.found.filter(({ position }) => position < high));
          if (found.length > wanted.max) found.splice(0, found.length - wanted.max - 1);
          // One batch is 1 MB at the most where we wrote it; between two, others have their turn.
          await yieldToOthers();
        }
        if (reader.next() <= at) break;
        at = reader.next();
      }
      return { found: found.reverse(), looked, firstAt };
    };

    const timeOf = (time: number): Promise<number> => lookup.resolve(topic, partition, { time }, range);
    const [low, high, oldest] = await Promise.all([
      wanted.since <= 0 ? range.start : timeOf(wanted.since),
      wanted.until > wanted.now ? range.end : timeOf(wanted.until),
      readOldest(topic, partition, range.start),
    ]);
    const steps = stepsOf(low, high);
    while (steps.length > 0 && search.mayGoOn()) {
      const step = steps.shift() as { low: number; high: number };
      const { found, looked, firstAt } = await look(step.low, step.high);
      search.take(found, looked, firstAt);
    }
    return search.result(steps.length === 0, oldest);
  };
};
