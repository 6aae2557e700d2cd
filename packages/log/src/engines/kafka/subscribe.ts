import { isPushtechError } from '@pushtech/event';
import { handleBatch, pause } from '../../handle-batch.ts';
import type { Batch, SubscribeOptions, Subscription } from '../../log.ts';
import type { LogOptions } from '../../open.ts';
import { type Client, isPassing, retrying, toLogError } from './client.ts';
import { createFollow, type Part } from './follow.ts';
import { createLookup } from './lookup.ts';
import { createMember } from './member.ts';
import { MAX_RECORDS } from './tail.ts';
import { createTopics } from './topics.ts';

/** Positions are committed together after this time, in ms. */
const COMMIT_MS = 300;
/** So long `subscribe` waits for its first share; after it, it goes on by itself. */
const START_MS = 5000;
const BACK_OFF_MS = [100, 5000] as const;

interface Clients {
  /** Its connection is used by the group's questions only: joining takes long. */
  grouping: Client;
  fetching: Client;
}

/** Reads topics for a group. Partitions of one member are worked on beside each other. */
export const subscribe = async (
  { grouping, fetching }: Clients,
  { topics: names, group, maxRecords: max = MAX_RECORDS, startAt, handle }: SubscribeOptions,
  warn: NonNullable<LogOptions['warn']>,
): Promise<Subscription> => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const started = Promise.withResolvers<void>();
  const { prefix } = grouping.settings;
  const topics = createTopics(fetching, warn);
  const lookup = createLookup(fetching, topics);
  /** What is ours, by `topic/partition`; a part is there once its beginning is known. */
  const shares = new Map<string, { part?: Part }>();
  /** What is to be committed. */
  let handled = new Map<Part, number>();
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> = Promise.resolve();

  const fail = (error: unknown): void => {
    if (signal.aborted) return;
    reject(isPushtechError(error) || !(error as { type?: string }).type ? error : toLogError(error));
    // The group must not wait for a member that works no more.
    void stop();
  };

  const isOurs = (part: Part): boolean => !part.dropped;

  const commitNow = async (): Promise<void> => {
    const batch = handled;
    handled = new Map();
    const positions = new Map<string, Map<number, number>>();
    for (const [part, position] of batch) {
      if (!isOurs(part)) continue;
      const list = positions.get(part.topic) ?? new Map<number, number>();
      positions.set(part.topic, list.set(part.partition, position));
    }
    if (positions.size === 0) return;
    try {
      await member.commit(positions);
    } catch {
      // Comes again with the next: only the latest position counts.
      for (const [part, position] of batch) if (!handled.has(part)) handled.set(part, position);
      commitSoon();
    }
  };
  const commit = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    committing = committing.then(commitNow);
    return committing;
  };
  const commitSoon = (): void => {
    timer ??= setTimeout(() => void commit(), COMMIT_MS);
  };

  const seek = async (part: Part, position: number): Promise<void> => {
    const { topic, partition } = part;
    const resolve = () => lookup.resolve(topic, partition, position);
    const found = await retrying(resolve, Number.POSITIVE_INFINITY, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
    if (found === undefined) return;
    part.from = found;
    follow.jump(part, found);
  };

  const work = async (part: Part, batch: Batch): Promise<void> => {
    const { jumps } = part;
    const goOn = (): boolean => isOurs(part) && !signal.aborted;
    const result = await handleBatch(batch, handle, goOn, signal);
    if (!result || !isOurs(part) || part.jumps !== jumps) return;
    if (result.answer) {
      await seek(part, result.answer.seek);
      return;
    }
    part.from = batch.next;
    handled.set(part, batch.next);
    commitSoon();
  };

  const follow = createFollow({
    ...{ client: fetching, topics, lookup, max, signal, warn, failed: fail, handle: work },
    mayBegin: (part) => member.mayBegin(() => isOurs(part)),
  });

  const locate = async (name: string, partition: number): Promise<number> => {
    const topic = prefix + name;
    const wanted = await startAt?.(name, partition);
    const committed = wanted ?? (await lookup.committed(prefix + group, [topic])).get(topic)?.[partition];
    return lookup.resolve(topic, partition, committed ?? 'earliest');
  };

  /** Finds out where to begin with a partition that has become ours, however long that takes. */
  const begin = async (share: { part?: Part }, key: string): Promise<void> => {
    const slash = key.lastIndexOf('/');
    const [name, partition] = [key.slice(prefix.length, slash), Number(key.slice(slash + 1))];
    for (let wait: number = BACK_OFF_MS[0]; !signal.aborted; wait = Math.min(wait * 2, BACK_OFF_MS[1])) {
      try {
        const from = await locate(name, partition);
        if (shares.get(key) === share && !signal.aborted) share.part = follow.add(name, partition, from);
        return;
      } catch (error) {
        if (!isPassing(error)) return fail(error);
      }
      await pause(wait, signal);
      if (shares.get(key) !== share) return;
    }
  };

  const drop = (key: string): void => {
    const { part } = shares.get(key) ?? {};
    if (part) follow.drop(part);
    shares.delete(key);
  };

  const assigned = (parts: ReadonlySet<string>, kept: boolean): void => {
    for (const key of [...shares.keys()]) if (!kept || !parts.has(key)) drop(key);
    const fresh = [...parts].filter((key) => !shares.has(key));
    const beginnings = fresh.map((key) => {
      const share = {};
      shares.set(key, share);
      return begin(share, key);
    });
    if (parts.size > 0 || beginnings.length === 0) Promise.all(beginnings).then(() => started.resolve());
  };

  const member = createMember({
    ...{ client: grouping, topics, group: prefix + group, signal, failed: fail, assigned },
    names: names.map((name) => prefix + name),
    held: () => [...shares.keys()],
    async settle(ms) {
      await Promise.race([follow.settled(), pause(ms, signal)]);
      await commit();
    },
  });

  const living = member.live();

  let stopped: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    stopping.abort();
    started.resolve();
    await follow.settled();
    await commit();
    clearTimeout(timer);
    await member.leave();
    await Promise.all([grouping.close(), fetching.close()]);
    await living;
  };
  function stop(): Promise<void> {
    stopped ??= end();
    return stopped;
  }

  await Promise.race([started.promise, pause(START_MS, signal)]);
  return { failed, stop };
};
