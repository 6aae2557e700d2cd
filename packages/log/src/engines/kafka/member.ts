import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '../../handle-batch.ts';
import { assign, type Claim, partName } from './assign.ts';
import { type Client, isPassing } from './client.ts';
import { MemberAssignment, MemberMetadata } from './kafkajs.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';

/** A member that is silent for so long has left, in ms. */
const SESSION_MS = 10_000;
/** So long the others wait for a member to come back when the partitions are given out anew. */
const REBALANCE_MS = 15_000;
const HEARTBEAT_MS = 2000;
/** After this time without a sign from the coordinator a batch is not begun before it was asked. */
const FRESH_MS = 6000;
/** So long a running `handle` may hold up a rebalance. */
const SETTLE_MS = 10_000;
const LOOK_MS = 10_000;
const BACK_OFF_MS = [100, 5000] as const;
const PROTOCOL = 'pushtech-sticky';

interface Joined {
  generationId: number;
  memberId: string;
  leaderId: string;
  members: { memberId: string; memberMetadata: Buffer }[];
}

const typeOf = (error: unknown): string | undefined => (error as { type?: string }).type;

/** The coordinator does not know us any more: all we hold may be another's. */
const isLost = (error: unknown): boolean =>
  ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(typeOf(error) ?? '');

const isRebalance = (error: unknown): boolean => typeOf(error) === 'REBALANCE_IN_PROGRESS';

export interface MemberDeps {
  client: Client;
  topics: Topics;
  /** By their names in Kafka. */
  group: string;
  names: readonly string[];
  signal: AbortSignal;
  /** What is held now, as `topic/partition`. */
  held: () => string[];
  /** Ends what runs, as far as `ms` allow, and commits. */
  settle: (ms: number) => Promise<void>;
  /** From now on these are ours. `kept` = nobody else can have had those that we held. */
  assigned: (parts: ReadonlySet<string>, kept: boolean) => void;
  failed: (error: unknown) => void;
}

/**
 * Membership in a group of Kafka's classic protocol: joins, shows signs of life, gives partitions out when it leads. Its
 * heartbeats come from a timer: a long `handle` keeps its partitions, a process that hangs or is stopped loses them.
 */
export const createMember = (deps: MemberDeps) => {
  const { client, topics, group, names, signal, held, settle, assigned, failed } = deps;
  let memberId = '';
  let generation = -1;
  /** Set while we are a member with a share. */
  let isStable = false;
  let isLeader = false;
  /** Of the coordinator's last sign, by the monotonic clock. */
  let signAt = Number.NEGATIVE_INFINITY;
  let counts = new Map<string, number>();
  let changed = Promise.withResolvers<void>();
  let beating: Promise<void> | undefined;

  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  const ask = async <T>(name: string, args: object, ms?: number): Promise<T> => {
    try {
      const link: Link = await client.coordinator(group);
      return await link.call<T>(name, { groupId: group, memberId, ...args }, ms);
    } catch (error) {
      const type = typeOf(error);
      if (type === undefined || /COORDINATOR/.test(type)) client.forgetCoordinator(group);
      throw error;
    }
  };

  const lose = (): void => {
    isStable = false;
    memberId = '';
    generation = -1;
    assigned(new Set(), false);
    tell();
  };

  const beat = async (): Promise<void> => {
    const at = performance.now();
    await ask('Heartbeat', { groupGenerationId: generation });
    signAt = at;
  };
  const beatOnce = (): Promise<void> => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
    return beating;
  };

  const count = async (): Promise<Map<string, number>> => {
    const found = await topics.ensure(names);
    return new Map([...found].map(([topic, leaders]) => [topic, leaders.length]));
  };

  const giveOut = async ({ members }: Joined): Promise<{ memberId: string; memberAssignment: Buffer }[]> => {
    const claims = members.map(({ memberId: member, memberMetadata }): Claim => {
      const { topics: wanted, userData } = MemberMetadata.decode(memberMetadata);
      return { member, topics: wanted, held: userData?.length ? JSON.parse(userData.toString()) : [] };
    });
    const all = [...new Set(claims.flatMap((claim) => claim.topics))];
    const found = await topics.ensure(all);
    counts = new Map([...found].map(([topic, leaders]) => [topic, leaders.length]));
    return [...assign(claims, counts)].map(([member, parts]) => {
      const assignment: Record<string, number[]> = {};
      for (const part of parts) {
        const slash = part.lastIndexOf('/');
        const topic = part.slice(0, slash);
        assignment[topic] ??= [];
        assignment[topic].push(Number(part.slice(slash + 1)));
      }
      return { memberId: member, memberAssignment: MemberAssignment.encode({ version: 0, assignment }) };
    });
  };

  const join = async (): Promise<void> => {
    await count();
    const metadata = MemberMetadata.encode({
      ...{ version: 0, topics: [...names] },
      userData: Buffer.from(JSON.stringify(held())),
    });
    const wish = {
      ...{ sessionTimeout: SESSION_MS, rebalanceTimeout: REBALANCE_MS, protocolType: 'consumer' },
      groupProtocols: [{ name: PROTOCOL, metadata }],
    };
    const wait = REBALANCE_MS + SESSION_MS;
    const joined = await ask<Joined>('JoinGroup', wish, wait).catch((error) => {
      if ((error as Error).name !== 'KafkaJSMemberIdRequired') throw error;
      memberId = (error as { memberId: string }).memberId;
      return ask<Joined>('JoinGroup', wish, wait);
    });
    const kept = joined.generationId === generation + 1;
    memberId = joined.memberId;
    isLeader = joined.leaderId === memberId;
    const groupAssignment = isLeader ? await giveOut(joined) : [];
    const at = performance.now();
    const { memberAssignment } = await ask<{ memberAssignment: Buffer }>(
      'SyncGroup',
      { generationId: joined.generationId, groupAssignment },
      wait,
    );
    generation = joined.generationId;
    signAt = at;
    const { assignment = {} } = MemberAssignment.decode(memberAssignment) ?? {};
    const mine = Object.entries(assignment).flatMap(([topic, list]) =>
      list.map((partition) => partName(topic, partition)),
    );
    assigned(new Set(mine), kept);
    isStable = true;
    tell();
  };

  const hasGrown = async (): Promise<boolean> => {
    if (!isLeader) return false;
    const found = await count();
    return [...found].some(([topic, partitions]) => partitions !== counts.get(topic));
  };

  /** Shows signs of life until the partitions are to be given out anew. */
  const stay = async (): Promise<void> => {
    let lookAt = performance.now() + LOOK_MS;
    let wait = HEARTBEAT_MS;
    while (!signal.aborted && isStable) {
      await Promise.race([pause(wait, signal), changed.promise]);
      if (signal.aborted || !isStable) return;
      try {
        await beatOnce();
        wait = HEARTBEAT_MS;
        if (performance.now() < lookAt) continue;
        lookAt = performance.now() + LOOK_MS;
        if (await hasGrown()) return;
      } catch (error) {
        if (isRebalance(error)) return;
        if (isLost(error) || !isPassing(error)) throw error;
        wait = 500;
      }
    }
  };

  /** What runs may end before the others go on; meanwhile the signs of life go on too. */
  const prepare = async (): Promise<void> => {
    isStable = false;
    const settled = settle(SETTLE_MS);
    const done = new AbortController();
    const ending = settled.finally(() => done.abort());
    while (!done.signal.aborted) {
      await sleep(HEARTBEAT_MS, undefined, { signal: done.signal }).catch(() => {});
      if (!done.signal.aborted) await beatOnce().catch(() => {});
    }
    await ending;
  };

  const live = async (): Promise<void> => {
    let wait: number = BACK_OFF_MS[0];
    while (!signal.aborted) {
      try {
        await join();
        wait = BACK_OFF_MS[0];
        await stay();
        if (!signal.aborted && isStable) await prepare();
      } catch (error) {
        if (signal.aborted) return;
        isStable = false;
        if (isLost(error)) lose();
        else if (!isRebalance(error)) {
          if (!isPassing(error)) failed(error);
          await pause(wait, signal);
          wait = Math.min(wait * 2, BACK_OFF_MS[1]);
        }
      }
    }
  };

  return {
    live,

    /** Waits until a batch may be begun: we are a member, and the coordinator said so not long ago. */
    async mayBegin(isOurs: () => boolean): Promise<boolean> {
      while (!signal.aborted && isOurs()) {
        if (isStable && performance.now() - signAt < FRESH_MS) return true;
        if (!isStable) await Promise.race([changed.promise, pause(HEARTBEAT_MS, signal)]);
        else {
          await beatOnce().catch(async (error) => {
            if (isLost(error)) lose();
            else if (isRebalance(error)) await pause(100, signal);
            else await pause(500, signal);
          });
        }
      }
      return false;
    },

    /** @param positions `topic` → partition → position. @returns false when they are not ours to commit */
    async commit(positions: ReadonlyMap<string, ReadonlyMap<number, number>>): Promise<boolean> {
      const wanted = [...positions].map(([topic, list]) => ({
        topic,
        partitions: [...list].map(([partition, position]) => ({ partition, offset: String(position) })),
      }));
      try {
        await ask('OffsetCommit', { groupGenerationId: generation, topics: wanted });
        return true;
      } catch (error) {
        if (!isLost(error)) throw error;
        lose();
        return false;
      }
    },

    async leave(): Promise<void> {
      if (memberId !== '') await ask('LeaveGroup', {}, 1000).catch(() => {});
    },
  };
};
