import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRestore } from '../../restore.ts';
import { createAppend } from './append.ts';
import { type Client, createClient, retrying, toLogError } from './client.ts';
import { createLookup, type Range } from './lookup.ts';
import { parseKafkaUrl } from './settings.ts';
import { createTopics, type Topics } from './topics.ts';

/** Of Kafka's protocol. */
const TOPIC = 2;
/** `configSource` of what was set for the topic itself. */
const OF_TOPIC = 1;
const TIMES = 'message.timestamp.type';
const ANSWER_MS = 30_000;
/** A broker hears of a changed setting a moment after the answer. */
const HEARD_MS = 500;

interface Config {
  configName: string;
  configValue: string;
  configSource: number;
}

interface ConfigsAnswer {
  resources: { resourceName: string; configEntries: Config[] }[];
}

type Settings = Map<string, { name: string; value: string }[]>;

/** What was set for each topic. (To kafkajs no names are all names.) */
const readSettings = async (client: Client, names: readonly string[]): Promise<Settings> => {
  const link = await client.anyLink();
  const { resources } = await link.call<ConfigsAnswer>(
    'DescribeConfigs',
    { resources: names.map((name) => ({ type: TOPIC, name, configNames: [] })) },
    ANSWER_MS,
  );
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      configEntries
        .filter(({ configSource }) => configSource === OF_TOPIC)
        .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    ]),
  );
};

/** Kafka replaces all that is set for a topic: what else was set goes with it again. */
const setTimes = async (client: Client, settings: Settings, type: string): Promise<void> => {
  const link = await client.anyLink();
  const resources = [...settings].map(([name, entries]) => ({
    type: TOPIC,
    name,
    configEntries: [...entries.filter((entry) => entry.name !== TIMES), { name: TIMES, value: type }],
  }));
  await link.call('AlterConfigs', { resources, validateOnly: false }, ANSWER_MS);
  await sleep(HEARD_MS);
};

/** Deletes what lies before the ends. Positions go on behind them: nobody takes a new record for an old one. */
const deleteRecords = async (
  client: Client,
  topics: Topics,
  topic: string,
  ranges: readonly Range[],
): Promise<void> => {
  const leaders = (await topics.find([topic], true)).get(topic) ?? [];
  const full = [...ranges.keys()].filter((partition) => {
    const range = ranges[partition] as Range;
    return range.end > range.start;
  });
  for (const [leader, partitions] of Map.groupBy(full, (partition) => leaders[partition] ?? -1)) {
    const link = await client.link(leader);
    const wanted = partitions.map((partition) => ({
      partition,
      offset: String((ranges[partition] as Range).end),
    }));
    await link.call(
      'DeleteRecords',
      { topics: [{ topic, partitions: wanted }], timeout: ANSWER_MS },
      ANSWER_MS,
    );
  }
};

/**
 * Puts records into Kafka with the times that they had: the topics take the writers' times until `close`.
 * @throws PushtechError `LOG_URL` (fatal), `LOG_DOWN` (retry)
 */
export const openKafkaRestore = async (url: string, names: readonly string[]): Promise<LogRestore> => {
  const settings = parseKafkaUrl(url);
  const client = createClient(settings);
  const topics = createTopics(client, () => {});
  const lookup = createLookup(client, topics);
  const append = createAppend(client, topics, true);
  const full = (list: readonly string[]): string[] => list.map((name) => settings.prefix + name);
  let changed: Settings | undefined;

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toLogError(error);
    }
  };

  /** Once, before the first record. */
  const takeTimes = async (): Promise<void> => {
    if (changed) return;
    await retrying(() => topics.ensure(full(names)), ANSWER_MS);
    changed = await readSettings(client, full(names));
    await setTimes(client, changed, 'CreateTime');
  };

  /** All as it was, with the time of the broker. */
  const close = async (): Promise<void> => {
    try {
      if (changed) await setTimes(client, changed, 'LogAppendTime');
    } finally {
      await client.close();
    }
  };

  await guarded(() => retrying(() => topics.find(full(names), true), 5000)).catch(async (error) => {
    await client.close();
    throw error;
  });
  return {
    count: (wanted) =>
      guarded(async () => {
        let sum = 0;
        for (const topic of full(wanted)) {
          for (const { start, end } of await lookup.bounds(topic)) sum += end - start;
        }
        return sum;
      }),
    clear: (wanted) =>
      guarded(async () => {
        for (const topic of full(wanted)) {
          await deleteRecords(client, topics, topic, await lookup.bounds(topic));
        }
      }),
    append: (records) =>
      guarded(async () => {
        await takeTimes();
        await append.append(records);
      }),
    close: () => guarded(close),
  };
};
