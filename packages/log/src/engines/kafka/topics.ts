import { setTimeout as sleep } from 'node:timers/promises';
import { logError } from '../../errors.ts';
import { keepingOf } from '../../keeping.ts';
import type { LogOptions } from '../../open.ts';
import type { Client, Metadata } from './client.ts';
import { createErrorFromCode } from './kafkajs.ts';
import type { KafkaSettings } from './settings.ts';

/** What is known of a topic is asked for again after this time, in ms. */
const FRESH_MS = 10_000;
/** The largest batch, compressed, that a topic made by us takes: our largest record has 1 MB, Kafka's default is 1 MB. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** How much longer than its retention a record may stay, in ms. */
export const SEGMENT_MS = 86_400_000;
const REPLICATION = 3;
const ALREADY_EXISTS = 36;
const MADE_WITHIN_MS = 3000;

interface Known {
  /** Partition → leader's node, -1 for none. */
  leaders: number[];
  until: number;
}

type Warn = NonNullable<LogOptions['warn']>;

interface CreateAnswer {
  topicErrors: { topic: string; errorCode: number; errorMessage?: string | null }[];
}

/** How a topic of ours is set up. */
export const configOf = (
  { partitions, retentionMs, retentionBytes, prefix }: KafkaSettings,
  replicas: number,
  topic: string,
): { name: string; value: string }[] => {
  const { ms, bytes } = keepingOf(topic.slice(prefix.length), { ms: retentionMs, bytes: retentionBytes });
  const config: Record<string, number | string> = {
    'cleanup.policy': 'delete',
    'retention.ms': ms === 0 ? -1 : ms,
    // A record goes with the newest of its segment: with Kafka's own 7 days per segment, 7 days could become 14.
    'segment.ms': Math.min(SEGMENT_MS, ms === 0 ? SEGMENT_MS : ms),
    // Kafka counts by partition.
    'retention.bytes': bytes === 0 ? -1 : Math.ceil(bytes / partitions),
    'max.message.bytes': MAX_BATCH_BYTES,
    // The broker's clock decides what "since" means, whatever the clocks of the writers say.
    'message.timestamp.type': 'LogAppendTime',
    ...(replicas >= 3 && { 'min.insync.replicas': 2 }),
  };
  return Object.entries(config).map(([name, value]) => ({ name, value: String(value) }));
};

/** What the client knows of the cluster's topics; makes those that are wanted and not there. */
export const createTopics = (client: Client, warn: Warn) => {
  const { partitions, replication } = client.settings;
  const known = new Map<string, Known>();
  const judged = new Set<string>();

  const judge = (topic: string, found: number): void => {
    if (judged.has(topic)) return;
    judged.add(topic);
    if (found < partitions) {
      warn(
        { topic, partitions: found, stated: partitions },
        'A topic has fewer partitions than stated; it is used as it is.',
      );
    }
  };

  const refresh = async (names: readonly string[]): Promise<Metadata> => {
    const metadata = await client.metadata(names);
    const refused = metadata.forbidden[0];
    if (refused !== undefined)
      throw logError('LOG_DOWN', `Kafka: topic ${refused} is forbidden to this log-in`);
    const until = performance.now() + FRESH_MS;
    for (const name of names) {
      const leaders = metadata.topics.get(name);
      if (leaders) known.set(name, { leaders, until });
      else known.delete(name);
    }
    return metadata;
  };

  const isFresh = (name: string): boolean => (known.get(name)?.until ?? 0) > performance.now();

  const make = async (names: readonly string[], { brokers, controller }: Metadata): Promise<void> => {
    const replicas = replication ?? Math.min(REPLICATION, brokers.size);
    const link = await client.link(brokers.has(controller) ? controller : ([...brokers.keys()][0] ?? -1));
    const { topicErrors } = await link.call<CreateAnswer>('CreateTopics', {
      topics: names.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replicas,
        configEntries: configOf(client.settings, replicas, topic),
      })),
    });
    for (const { topic, errorCode, errorMessage } of topicErrors) {
      if (errorCode === ALREADY_EXISTS) continue;
      if (errorCode !== 0) {
        const error = createErrorFromCode(errorCode);
        error.message = `topic ${topic} cannot be made: ${errorMessage || error.message}`;
        throw error;
      }
      judged.add(topic);
      if (replicas === 1) {
        warn({ topic }, 'A topic was made with one replica: it is lost with the disk of its broker.');
      }
    }
  };

  const missing = (names: readonly string[]): string[] => names.filter((name) => !known.has(name));

  const isReady = (name: string): boolean => known.get(name)?.leaders.every((leader) => leader >= 0) ?? false;

  /** A new topic is known everywhere a moment after it was made. */
  const whenReady = async (names: readonly string[]): Promise<void> => {
    const end = performance.now() + MADE_WITHIN_MS;
    for (let wait = 10; ; wait = Math.min(wait * 2, 200)) {
      await refresh(names);
      if (names.every(isReady)) return;
      if (performance.now() > end) {
        throw logError('LOG_DOWN', `Kafka: topics ${missing(names)} were made, but have no leaders yet`);
      }
      await sleep(wait);
    }
  };

  const leadersOf = (names: readonly string[]): Map<string, number[]> =>
    new Map(
      names.flatMap((name) => {
        const topic = known.get(name);
        if (topic) judge(name, topic.leaders.length);
        return topic ? [[name, topic.leaders] as const] : [];
      }),
    );

  return {
    /** Partition → leader of those topics that exist. @param anew asks the cluster in any case */
    async find(names: readonly string[], anew = false): Promise<Map<string, number[]>> {
      const stale = anew ? names : names.filter((name) => !isFresh(name));
      if (stale.length > 0) await refresh(stale);
      return leadersOf(names);
    },

    /** The same after those that do not exist have been made. */
    async ensure(names: readonly string[]): Promise<Map<string, number[]>> {
      const stale = names.filter((name) => !isFresh(name));
      if (stale.length > 0) {
        const metadata = await refresh(stale);
        const wanted = missing(stale);
        if (wanted.length > 0) {
          await make(wanted, metadata);
          await whenReady(wanted);
        }
      }
      return leadersOf(names);
    },

    /** After an answer that does not fit what is known. */
    forget(names: Iterable<string>): void {
      for (const name of names) known.delete(name);
    },
  };
};

export type Topics = ReturnType<typeof createTopics>;
