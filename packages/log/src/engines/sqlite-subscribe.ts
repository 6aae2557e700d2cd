import { newId } from '@pushtech/event';
import type { Database, Waker } from '@pushtech/sqlite';
import { handleBatch, pause } from '../handle-batch.ts';
import type { SubscribeOptions, Subscription } from '../log.ts';
import { createSubscription, MAX_RECORDS, nextBatch } from './sqlite-follow.ts';
import type { Groups } from './sqlite-groups.ts';
import type { Records } from './sqlite-records.ts';

/** How often a member that has nothing asks whether it may take over, in ms. */
const STANDBY_MS = 500;
/** Positions are committed together after this time at the most, in ms. */
const COMMIT_MS = 250;

export interface SubscribeDeps {
  database: Pick<Database, 'write'>;
  records: Records;
  groups: Groups;
  waker: Waker;
  clock: () => number;
  /** A member that gives no sign of life for this long loses its topics, in ms; it gives three in that time. */
  leaseMs: number;
}

/** One topic of a subscription. */
interface Part {
  topic: string;
  /** Set while the topic is ours. */
  generation: number | undefined;
  leaseUntil: number;
  /** Where reading goes on; set once that is known. */
  cursor: number | undefined;
  /** What is to be committed, where that has changed. */
  handled: number | undefined;
}

/** Commits and renews what a member holds; a part that has gone to another is let go. */
const createMember = (deps: SubscribeDeps, { group, topics, startAt }: SubscribeOptions) => {
  const { database, records, groups, clock, leaseMs } = deps;
  const owner = newId();
  const parts = topics.map(
    (topic): Part => ({ topic, generation: undefined, leaseUntil: 0, cursor: undefined, handled: undefined }),
  );
  let timer: NodeJS.Timeout | undefined;

  const letGo = (part: Part): void => {
    part.generation = undefined;
    part.cursor = undefined;
    part.handled = undefined;
  };

  /** @param leave gives everything back */
  const settle = async (leave = false): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const held = parts.flatMap((part) =>
      part.generation === undefined ? [] : [{ part, generation: part.generation, handled: part.handled }],
    );
    if (held.length === 0) return;
    const leaseUntil = leave ? 0 : clock() + leaseMs;
    const kept = await database.write(() =>
      held.map(({ part, generation, handled }) =>
        groups.renew(group, part.topic, generation, handled, leaseUntil),
      ),
    );
    for (const [at, { part, generation, handled }] of held.entries()) {
      if (part.generation !== generation) continue;
      if (leave || !kept[at]) letGo(part);
      else {
        part.leaseUntil = leaseUntil;
        if (part.handled === handled) part.handled = undefined;
      }
    }
  };

  /** What failed for want of a lock or of room comes again with the next heartbeat. */
  const settleSoon = (): void => void settle().catch(() => {});
  const heartbeat = setInterval(settleSoon, leaseMs / 3);

  const commit = (part: Part, position: number): void => {
    part.handled = position;
    timer ??= setTimeout(settleSoon, COMMIT_MS);
  };

  const takeOver = async (part: Part): Promise<void> => {
    if (!groups.isFree(group, part.topic, clock())) return;
    const leaseUntil = clock() + leaseMs;
    part.generation = await database.write(() =>
      groups.isFree(group, part.topic, clock())
        ? groups.take(group, part.topic, owner, leaseUntil)
        : undefined,
    );
    part.leaseUntil = leaseUntil;
  };

  /** Takes the topic if it is free, and finds out where to go on. */
  const join = async (part: Part): Promise<void> => {
    if (part.generation === undefined) await takeOver(part);
    if (part.generation === undefined) return;
    const wanted = await startAt?.(part.topic, 0);
    const committed = groups.committed(group, part.topic);
    part.cursor = records.resolve(part.topic, wanted ?? committed ?? 'earliest');
    // Retention must know of this group before it has handled anything.
    if (part.cursor !== committed) commit(part, part.cursor);
  };

  return {
    parts,
    commit,
    join,
    settle,
    async leave(): Promise<void> {
      clearInterval(heartbeat);
      await settle(true);
    },
  };
};

/** Reads topics for a group: one member of it works on a topic, the others stand by. */
export const subscribe = async (deps: SubscribeDeps, options: SubscribeOptions): Promise<Subscription> => {
  const { handle, maxRecords: max = MAX_RECORDS } = options;
  const member = createMember(deps, options);

  /** One batch, or a wait for one. */
  const step = async (part: Part, cursor: number, signal: AbortSignal): Promise<void> => {
    const { generation } = part;
    const isOurs = (): boolean => generation !== undefined && part.generation === generation;
    const batch = await nextBatch(deps, { topic: part.topic, max, signal, position: cursor, goOn: isOurs });
    if (!batch) return;
    // After a long standstill somebody else may have it: ask before the effects, not after.
    if (deps.clock() > part.leaseUntil) await member.settle();
    if (!isOurs()) return;
    const result = await handleBatch(batch, handle, () => isOurs() && !signal.aborted, signal);
    if (!result || !isOurs()) return;
    if (result.answer) {
      part.cursor = deps.records.resolve(part.topic, result.answer.seek);
      return;
    }
    part.cursor = batch.next;
    member.commit(part, batch.next);
  };

  const work = async (part: Part, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      if (part.cursor !== undefined) await step(part, part.cursor, signal);
      else {
        await pause(STANDBY_MS, signal);
        if (!signal.aborted) await member.join(part);
      }
    }
  };

  try {
    for (const part of member.parts) await member.join(part);
  } catch (error) {
    await member.leave();
    throw error;
  }
  return createSubscription(
    member.parts.map((part) => (signal) => work(part, signal)),
    member.leave,
  );
};
