import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { pause } from '../../handle-batch.ts';
import type { Batch } from '../../log.ts';
import type { LogOptions } from '../../open.ts';
import { type Client, isPassing } from './client.ts';
import { createReader } from './decode-batches.ts';
import { type Fetched, fetchRequest } from './fetch.ts';
import { createErrorFromCode } from './kafkajs.ts';
import type { Lookup } from './lookup.ts';
import type { Topics } from './topics.ts';

/** How long a broker holds a question when there is nothing new; partitions that become idle meanwhile wait for it. */
const WAIT_MS = 500;
const FETCH_BYTES = 4 * 1024 * 1024;
/** Compressed, of one partition in one answer. */
const PART_BYTES = 256 * 1024;
/** Answers that may wait while one is worked on. */
const WAITING = 2;
const BACK_OFF_MS = [100, 5000] as const;
const OUT_OF_RANGE = 1;

/** One partition that is followed. */
export interface Part {
  /** Without and with the prefix. */
  name: string;
  topic: string;
  partition: number;
  /** Where the next batch continues from. */
  from: number;
  /** Where the next question asks from. */
  fetchAt: number;
  /** Answers not worked on yet. */
  waiting: { bytes: Buffer; at: number }[];
  /** Rises with every jump, so that answers to older questions are known. */
  jumps: number;
  asked: boolean;
  dropped: boolean;
  /** The loop that works on it, while there is work. */
  running: Promise<void> | undefined;
}

export interface FollowDeps {
  client: Client;
  topics: Topics;
  lookup: Pick<Lookup, 'bounds'>;
  max: number;
  signal: AbortSignal;
  warn: NonNullable<LogOptions['warn']>;
  /** Works on one batch and moves the part on (`from`, or `jump`). Its errors end the following. */
  handle: (part: Part, batch: Batch) => Promise<void>;
  /** Waits until a batch may be begun; false when it may not any more. */
  mayBegin: (part: Part) => Promise<boolean>;
  failed: (error: unknown) => void;
}

/** Fetches partitions from their leaders and hands out their records: of each partition one batch at a time, all partitions beside each other. */
export const createFollow = (deps: FollowDeps) => {
  const { client, topics, lookup, max, signal, warn, handle, mayBegin, failed } = deps;
  const parts = new Set<Part>();
  const busy = new Set<number>();
  let planned = false;
  let backOff: number = BACK_OFF_MS[0];

  const isWanted = (part: Part): boolean => !part.dropped && !part.asked && part.waiting.length < WAITING;

  const work = async (part: Part): Promise<void> => {
    for (let answer = part.waiting.shift(); answer && !part.dropped; answer = part.waiting.shift()) {
      plan();
      const { jumps } = part;
      const reader = createReader(answer.bytes, {
        topic: part.name,
        partition: part.partition,
        from: answer.at,
      });
      while (!signal.aborted && part.jumps === jumps) {
        const records = reader.read(max);
        if (records.length === 0) break;
        if (!(await mayBegin(part)) || part.jumps !== jumps) break;
        const next = (records.at(-1)?.position ?? 0) + 1;
        await handle(part, { topic: part.name, partition: part.partition, from: part.from, next, records });
        // Also where records are at hand: who catches up must leave room for everybody else.
        await yieldToOthers();
      }
    }
  };

  const begin = (part: Part): void => {
    if (part.running || part.waiting.length === 0 || part.dropped || signal.aborted) return;
    part.running = work(part)
      .catch(failed)
      .finally(() => {
        part.running = undefined;
        begin(part);
      });
  };

  const jump = (part: Part, position: number): void => {
    part.jumps += 1;
    part.waiting = [];
    part.fetchAt = position;
    plan();
  };

  /** Retention has taken what was asked for, or the log is another one. */
  const outOfRange = async (part: Part): Promise<void> => {
    const { start = 0, end = 0 } = (await lookup.bounds(part.topic))[part.partition] ?? {};
    if (part.fetchAt >= start && part.fetchAt <= end) return;
    const facts = { topic: part.topic, partition: part.partition, from: part.fetchAt, to: start };
    if (start > part.fetchAt)
      warn(facts, 'Retention took records that were not read yet: they are lost to this reader.');
    else {
      warn(facts, 'A position lies past the end of the log: reading starts over at the oldest record.');
      part.from = start;
    }
    jump(part, start);
  };

  const take = (part: Part, { error, bytes }: Fetched, at: number): unknown => {
    if (error !== 0) return createErrorFromCode(error);
    if (bytes.length === 0) return undefined;
    const reader = createReader(bytes, { topic: part.name, partition: part.partition, from: at });
    part.fetchAt = reader.end();
    part.waiting.push({ bytes, at });
    begin(part);
    return undefined;
  };

  const ask = async (leader: number, some: readonly Part[]): Promise<void> => {
    const questions = some.map((part) => ({ part, jumps: part.jumps, at: part.fetchAt }));
    const wanted = questions.map(({ part, at }) => ({
      ...{ topic: part.topic, partition: part.partition },
      ...{ position: at, maxBytes: PART_BYTES },
    }));
    const link = await client.link(leader);
    const answers = await link.send<Fetched[]>(
      fetchRequest(wanted, { waitMs: WAIT_MS, maxBytes: FETCH_BYTES }),
    );
    let problem: unknown;
    for (const answer of answers) {
      const question = questions.find(
        ({ part }) => part.topic === answer.topic && part.partition === answer.partition,
      );
      if (!question || question.part.dropped || question.part.jumps !== question.jumps) continue;
      if (answer.error === OUT_OF_RANGE) await outOfRange(question.part);
      else problem = take(question.part, answer, question.at) ?? problem;
    }
    if (problem !== undefined) throw problem;
  };

  const fetch = async (leader: number, some: readonly Part[]): Promise<void> => {
    busy.add(leader);
    for (const part of some) part.asked = true;
    try {
      await ask(leader, some);
      backOff = BACK_OFF_MS[0];
    } catch (error) {
      if (!signal.aborted && !isPassing(error)) failed(error);
      topics.forget(some.map(({ topic }) => topic));
      await pause(backOff, signal);
      backOff = Math.min(backOff * 2, BACK_OFF_MS[1]);
    }
    for (const part of some) part.asked = false;
    busy.delete(leader);
    plan();
  };

  const schedule = async (): Promise<void> => {
    const wanted = [...parts].filter(isWanted);
    if (wanted.length === 0) return;
    const leaders = await topics.find([...new Set(wanted.map(({ topic }) => topic))]);
    const leaderOf = ({ topic, partition }: Part): number => leaders.get(topic)?.[partition] ?? -1;
    for (const [leader, some] of Map.groupBy(wanted.filter(isWanted), leaderOf)) {
      if (!busy.has(leader) && !signal.aborted) void fetch(leader, some);
    }
  };

  /** Soon asks every broker that is free for all that is wanted of it. */
  const plan = (): void => {
    if (planned || signal.aborted) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      schedule().catch(async (error) => {
        if (!signal.aborted && !isPassing(error)) failed(error);
        await pause(backOff, signal);
        backOff = Math.min(backOff * 2, BACK_OFF_MS[1]);
        plan();
      });
    });
  };

  return {
    jump,
    add(name: string, partition: number, from: number): Part {
      const part: Part = {
        ...{ name, topic: client.settings.prefix + name, partition, from, fetchAt: from },
        ...{ waiting: [], jumps: 0, asked: false, dropped: false, running: undefined },
      };
      parts.add(part);
      plan();
      return part;
    },
    drop(part: Part): void {
      part.dropped = true;
      part.waiting = [];
      parts.delete(part);
    },
    /** When no batch is worked on any more. */
    settled: async (): Promise<void> => {
      await Promise.all([...parts].map((part) => part.running));
    },
  };
};

export type Follow = ReturnType<typeof createFollow>;
