import { handleBatch, pause } from '../../handle-batch.ts';
import type { Start, Subscription, TailOptions } from '../../log.ts';
import type { LogOptions } from '../../open.ts';
import { type Client, isPassing, retrying, toLogError } from './client.ts';
import { createFollow } from './follow.ts';
import { createLookup } from './lookup.ts';
import { createTopics } from './topics.ts';

/** How often new partitions are looked for, and topics that are not there yet, in ms. */
const LOOK_MS = 10_000;
const LOOK_FOR_MISSING_MS = 1000;
const START_MS = 5000;
export const MAX_RECORDS = 500;

/**
 * Reads along by fetching from the leaders, without a group: nothing is registered, committed or left behind, a crash
 * leaves nothing to clean up, and no other reader's coming or going makes it pause. Topics that are not there are not made.
 * @throws PushtechError `LOG_DOWN` (retry) when no broker can say where the end is
 */
export const tail = async (
  client: Client,
  { topics: names, from = 'latest', maxRecords: max = MAX_RECORDS, handle }: TailOptions,
  warn: NonNullable<LogOptions['warn']>,
): Promise<Subscription> => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const { prefix } = client.settings;
  const topics = createTopics(client, warn);
  const lookup = createLookup(client, topics);
  /** Topic → partitions followed. */
  const followed = new Map(names.map((name) => [name, 0]));

  const fail = (error: unknown): void => {
    if (signal.aborted) return;
    stopping.abort();
    reject(isPassing(error) ? toLogError(error) : error);
  };

  const follow = createFollow({
    ...{ client, topics, lookup, max, signal, warn, failed: fail },
    mayBegin: async () => !signal.aborted,
    async handle(part, batch) {
      const goOn = (): boolean => !signal.aborted;
      if (await handleBatch(batch, async (one) => handle(one), goOn, signal)) part.from = batch.next;
    },
  });

  /** Begins with what is not followed yet. */
  const look = async (start: Start): Promise<void> => {
    const found = await topics.find(
      names.map((name) => prefix + name),
      true,
    );
    for (const [name, count] of followed) {
      const partitions = found.get(prefix + name)?.length ?? 0;
      if (partitions <= count) continue;
      const ranges = await lookup.bounds(prefix + name);
      for (let partition = count; partition < partitions; partition++) {
        const position = await lookup.resolve(prefix + name, partition, start, ranges[partition]);
        if (signal.aborted) return;
        follow.add(name, partition, position);
        followed.set(name, partition + 1);
      }
    }
  };

  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause([...followed.values()].includes(0) ? LOOK_FOR_MISSING_MS : LOOK_MS, signal);
      // What came into being since the start is all new.
      if (!signal.aborted) await look('earliest').catch((error) => isPassing(error) || fail(error));
    }
  };

  try {
    await retrying(() => look(from), START_MS);
  } catch (error) {
    stopping.abort();
    await client.close();
    throw error;
  }
  const watching = watch();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await follow.settled();
    await client.close();
    await watching;
  };
  return {
    failed,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
};
