import { logError } from '../../errors.ts';
import type { LogRecord, NewRecord } from '../../log.ts';
import { type Client, retrying } from './client.ts';
import { BATCH_BYTES, encodeBatch, roughBytes } from './encode-batch.ts';
import { createErrorFromCode } from './kafkajs.ts';
import { partitionOf } from './partition-of.ts';
import { type Produced, produceRequest, type ToProduce } from './produce.ts';
import { MAX_BATCH_BYTES, type Topics } from './topics.ts';

/** From the append to the answer, in ms; what waits behind others may take twice as long. */
const APPEND_MS = 5000;
/** Appends that come meanwhile go together in the next request, up to so many records. */
const ROUND_RECORDS = 2000;
const TOO_LARGE = [10, 18];

interface Job {
  records: readonly NewRecord[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/** What is to go to one partition; `sent` records of it are on the log. */
interface Part {
  topic: string;
  partition: number;
  leader: number;
  records: NewRecord[];
  sent: number;
  /** The batch on its way, and how many records are in it. */
  batch: Buffer | undefined;
  count: number;
  /** Records of a batch at the most; less after the broker called it too large. */
  max: number;
}

const isDone = ({ records, sent }: Part): boolean => sent === records.length;

const tooLarge = (topic: string): Error =>
  logError('LOG_TOO_LARGE', `a record is larger than topic ${topic} takes (its max.message.bytes)`);

/** Packs the next records of a part, unless they are packed already. @param timed with the times that they bring */
const pack = (part: Part, timed: boolean): ToProduce => {
  const { topic, partition, records, sent, max } = part;
  if (part.batch === undefined) {
    let bytes = 0;
    let end = sent;
    while (end < records.length && end - sent < max) {
      bytes += roughBytes(records[end] as NewRecord);
      if (bytes > BATCH_BYTES && end > sent) break;
      end += 1;
    }
    part.count = end - sent;
    const some = records.slice(sent, end);
    const times = timed ? some.map((record) => (record as LogRecord).at) : undefined;
    part.batch = encodeBatch(some, Date.now(), times);
  }
  return { topic, partition, batch: part.batch };
};

/**
 * Appends with acks of all replicas in sync, one request per broker at a time. Not idempotent: kafkajs' way of it loses
 * or reorders concurrent sends (#598, #1005), and no producer recognises what another process sent again anyway.
 */
export const createAppend = (client: Client, topics: Topics, timed = false) => {
  const { prefix } = client.settings;
  const queue: Job[] = [];
  let running: Promise<void> | undefined;

  const split = async (jobs: readonly Job[]): Promise<Part[]> => {
    const names = new Set<string>();
    for (const { records } of jobs) for (const { topic } of records) names.add(topic);
    const leaders = await topics.ensure([...names].map((name) => prefix + name));
    const parts = new Map<string, Part[]>();
    for (const name of names) {
      const topic = prefix + name;
      parts.set(
        name,
        (leaders.get(topic) ?? []).map((leader, partition) => ({
          ...{ topic, partition, leader, records: [], sent: 0 },
          ...{ batch: undefined, count: 0, max: Number.POSITIVE_INFINITY },
        })),
      );
    }
    for (const { records } of jobs) {
      for (const record of records) {
        const list = parts.get(record.topic) as Part[];
        const part = list[partitionOf(record.key, list.length)];
        if (!part) throw logError('LOG_DOWN', `Kafka: topic ${prefix}${record.topic} is not there yet`);
        part.records.push(record);
      }
    }
    return [...parts.values()].flat().filter(({ records }) => records.length > 0);
  };

  /** @param refused collects records that no broker will take */
  const settle = (part: Part, { error }: Produced, refused: Set<NewRecord>): Error | undefined => {
    if (TOO_LARGE.includes(error) && part.count > 1) {
      part.max = Math.ceil(part.count / 2);
      part.batch = undefined;
      return undefined;
    }
    if (error !== 0 && !TOO_LARGE.includes(error)) return createErrorFromCode(error);
    if (error !== 0) refused.add(part.records[part.sent] as NewRecord);
    part.sent += part.count;
    part.batch = undefined;
    return undefined;
  };

  /** One request to one broker. @returns what went wrong */
  const send = async (
    parts: readonly Part[],
    ms: number,
    refused: Set<NewRecord>,
  ): Promise<Error | undefined> => {
    try {
      const packed: ToProduce[] = [];
      for (const part of parts) {
        const one = pack(part, timed);
        if (one.batch.length > MAX_BATCH_BYTES && part.count === 1)
          settle(part, { ...one, error: 10 }, refused);
        else packed.push(one);
      }
      if (packed.length === 0) return undefined;
      const link = await client.link(parts[0]?.leader ?? -1);
      const answers = await link.send<Produced[]>(produceRequest(packed, ms), ms);
      let failure: Error | undefined;
      for (const answer of answers) {
        const part = parts.find(
          ({ topic, partition }) => topic === answer.topic && partition === answer.partition,
        );
        if (part) failure = settle(part, answer, refused) ?? failure;
      }
      return failure;
    } catch (error) {
      return error as Error;
    }
  };

  const relead = async (all: readonly Part[]): Promise<void> => {
    const parts = all.filter((part) => !isDone(part));
    const names = [...new Set(parts.map(({ topic }) => topic))];
    topics.forget(names);
    const leaders = await topics.ensure(names);
    for (const part of parts) part.leader = leaders.get(part.topic)?.[part.partition] ?? -1;
  };

  /** One request per broker after the other, until all is sent or something fails. */
  const sendAll = async (all: readonly Part[], refused: Set<NewRecord>, end: number): Promise<void> => {
    let parts = all.filter((part) => !isDone(part));
    while (parts.length > 0) {
      const byLeader = [...Map.groupBy(parts, ({ leader }) => leader).values()];
      const left = Math.max(1000, Math.ceil(end - performance.now()));
      const failures = await Promise.all(byLeader.map((some) => send(some, left, refused)));
      parts = parts.filter((part) => !isDone(part));
      const failure = failures.find((one) => one !== undefined);
      if (failure) throw failure;
    }
  };

  const round = async (jobs: readonly Job[]): Promise<void> => {
    const refused = new Set<NewRecord>();
    const end = performance.now() + APPEND_MS;
    let parts: Part[] | undefined;
    try {
      await retrying(async () => {
        if (parts) await relead(parts);
        else parts = await split(jobs);
        await sendAll(parts, refused, end);
      }, APPEND_MS);
    } catch (error) {
      // Who waits meets the same broker, and has waited for it already.
      for (const { reject } of [...jobs, ...queue.splice(0)]) reject(error as Error);
      return;
    }
    for (const { records, resolve, reject } of jobs) {
      const large = refused.size > 0 ? records.find((record) => refused.has(record)) : undefined;
      if (large) reject(tooLarge(large.topic));
      else resolve();
    }
  };

  const take = (): Job[] => {
    let count = 0;
    const jobs: Job[] = [];
    while (
      queue.length > 0 &&
      (jobs.length === 0 || count + (queue[0]?.records.length ?? 0) <= ROUND_RECORDS)
    ) {
      const job = queue.shift() as Job;
      jobs.push(job);
      count += job.records.length;
    }
    return jobs;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) await round(take());
    running = undefined;
  };

  return {
    append(records: readonly NewRecord[]): Promise<void> {
      if (records.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        queue.push({ records, resolve, reject });
        running ??= run();
      });
    },
    /** When everything appended so far has its answer. */
    settled: async (): Promise<void> => running,
  };
};
