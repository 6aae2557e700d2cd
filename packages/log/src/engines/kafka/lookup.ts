import type { Batch, PartitionRange, Start } from '../../log.ts';
import { type Client, retrying } from './client.ts';
import { createReader } from './decode-batches.ts';
import { type Fetched, fetchRequest } from './fetch.ts';
import { createErrorFromCode } from './kafkajs.ts';
import type { Topics } from './topics.ts';

const EARLIEST = -2;
const LATEST = -1;
const LOOKUP_MS = 5000;
const READ_BYTES = 1024 * 1024;
const OUT_OF_RANGE = 1;

interface OffsetsAnswer {
  responses: { partitions: { partition: number; errorCode: number; offset: string }[] }[];
}

export interface Range {
  start: number;
  end: number;
}

interface OnePlace {
  partition: number;
  position: number;
  maxBytes?: number;
}

/** Questions about positions, and single reads. Topics and groups by their names in Kafka. */
export const createLookup = (client: Client, topics: Topics) => {
  const again = async <T>(names: readonly string[], work: () => Promise<T>): Promise<T> =>
    retrying(async () => {
      try {
        return await work();
      } catch (error) {
        topics.forget(names);
        throw error;
      }
    }, LOOKUP_MS);

  /** Positions of some partitions, by what Kafka calls a timestamp: a time in ms, -1 the end, -2 the oldest. */
  const offsets = async (topic: string, leaders: readonly number[], timestamp: number): Promise<number[]> => {
    const found: number[] = [];
    const byLeader = Map.groupBy(leaders.keys(), (partition) => leaders[partition] as number);
    const ask = async ([leader, partitions]: [number, number[]]): Promise<void> => {
      const link = await client.link(leader);
      const { responses } = await link.call<OffsetsAnswer>('ListOffsets', {
        isolationLevel: 0,
        topics: [{ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }],
      });
      for (const { partition, errorCode, offset } of responses.flatMap((one) => one.partitions)) {
        if (errorCode !== 0) throw createErrorFromCode(errorCode);
        found[partition] = Number(offset);
      }
    };
    await Promise.all([...byLeader].map(ask));
    return found;
  };

  const bounds = (topic: string): Promise<Range[]> =>
    again([topic], async () => {
      const leaders = (await topics.find([topic])).get(topic) ?? [];
      const [starts, ends] = await Promise.all([
        offsets(topic, leaders, EARLIEST),
        offsets(topic, leaders, LATEST),
      ]);
      return leaders.map((_, partition) => ({
        start: starts[partition] as number,
        end: ends[partition] as number,
      }));
    });

  const atTime = (topic: string, partition: number, time: number, end: number): Promise<number> =>
    again([topic], async () => {
      const leaders = (await topics.find([topic])).get(topic) ?? [];
      // A list with holes: only this partition is asked for.
      const only: number[] = [];
      only[partition] = leaders[partition] ?? -1;
      const link = await client.link(only[partition] as number);
      const { responses } = await link.call<OffsetsAnswer>('ListOffsets', {
        isolationLevel: 0,
        topics: [{ topic, partitions: [{ partition, timestamp: Math.max(0, Math.trunc(time)) }] }],
      });
      const found = responses[0]?.partitions[0];
      if (found?.errorCode !== 0) throw createErrorFromCode(found?.errorCode ?? 3);
      return Number(found.offset) < 0 ? end : Number(found.offset);
    });

  /** A position past the end belongs to a log that is gone: reading starts over at the oldest record. */
  const resolve = async (topic: string, partition: number, start: Start, range?: Range): Promise<number> => {
    const { start: first, end } = range ?? (await bounds(topic))[partition] ?? { start: 0, end: 0 };
    if (start === 'earliest') return first;
    if (start === 'latest') return end;
    if (typeof start !== 'number') return atTime(topic, partition, start.time, end);
    return start > end ? first : Math.max(0, Math.trunc(start));
  };

  const fetchOnce = async (
    topic: string,
    { partition, position, maxBytes = READ_BYTES }: OnePlace,
  ): Promise<Fetched> => {
    const leader = (await topics.find([topic])).get(topic)?.[partition] ?? -1;
    const link = await client.link(leader);
    const wanted = [{ topic, partition, position, maxBytes }];
    const [found] = await link.send<Fetched[]>(fetchRequest(wanted, { waitMs: 0, maxBytes }));
    if (!found) throw createErrorFromCode(3);
    if (found.error !== 0 && found.error !== OUT_OF_RANGE) throw createErrorFromCode(found.error);
    return found;
  };

  /** Record batches from a position on; `undefined` where retention came between: the next question will know. */
  const fetch = async (topic: string, place: OnePlace): Promise<Buffer | undefined> => {
    const { error, bytes } = await again([topic], () => fetchOnce(topic, place));
    return error === OUT_OF_RANGE ? undefined : bytes;
  };

  /** Up to `max` records from `position` on; fewer where an answer is full, none only at the end. */
  const readFrom = async (
    batch: Batch,
    topic: string,
    { start, end }: Range,
    max: number,
  ): Promise<Batch> => {
    let at = Math.max(batch.from, start);
    while (at < end) {
      const bytes = await fetch(topic, { partition: batch.partition, position: at });
      if (!bytes) break;
      const reader = createReader(bytes, { topic: batch.topic, partition: batch.partition, from: at });
      const records = reader.read(max);
      if (records.length > 0) return { ...batch, records, next: (records.at(-1)?.position ?? 0) + 1 };
      if (reader.next() <= at) break;
      at = reader.next();
    }
    return batch;
  };

  /** The group's positions by topic and partition. */
  const committed = (group: string, names: readonly string[]): Promise<Map<string, number[]>> =>
    retrying(async () => {
      const found = new Map<string, number[]>();
      const counts = await topics.find(names);
      if (counts.size === 0) return found;
      try {
        const link = await client.coordinator(group);
        const wanted = [...counts].map(([topic, leaders]) => ({
          topic,
          partitions: leaders.map((_, partition) => ({ partition })),
        }));
        const { responses } = await link.call<{
          responses: { topic: string; partitions: { partition: number; offset: string }[] }[];
        }>('OffsetFetch', { groupId: group, topics: wanted });
        for (const { topic, partitions } of responses) {
          const positions: number[] = [];
          for (const { partition, offset } of partitions) {
            if (Number(offset) >= 0) positions[partition] = Number(offset);
          }
          found.set(topic, positions);
        }
        return found;
      } catch (error) {
        client.forgetCoordinator(group);
        throw error;
      }
    }, LOOKUP_MS);

  return {
    bounds,
    resolve,
    fetch,
    committed,

    async read(name: string, partition: number, from: Start, max: number): Promise<Batch> {
      const topic = client.settings.prefix + name;
      const empty = { topic: name, partition, from: 0, next: 0, records: [] };
      const range = (await bounds(topic))[partition];
      if (!range || max < 1) return empty;
      const position = await resolve(topic, partition, from, range);
      return readFrom({ ...empty, from: position, next: position }, topic, range, max);
    },

    async ranges(name: string, group?: string): Promise<PartitionRange[]> {
      const { prefix } = client.settings;
      const [found, positions] = await Promise.all([
        bounds(prefix + name),
        group === undefined ? undefined : committed(prefix + group, [prefix + name]),
      ]);
      const of = positions?.get(prefix + name);
      return found.map((range, partition) => {
        const position = of?.[partition];
        return position === undefined
          ? { partition, ...range }
          : { partition, ...range, committed: position };
      });
    },
  };
};

export type Lookup = ReturnType<typeof createLookup>;
