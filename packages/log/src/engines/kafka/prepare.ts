import type { LogOptions } from '../../open.ts';
import type { PreparedTopic } from '../../prepare.ts';
import { type Client, createClient, retrying, toLogError } from './client.ts';
import { parseKafkaUrl } from './settings.ts';
import { createTopics } from './topics.ts';

/** Of Kafka's protocol. */
const TOPIC = 2;
/** Whoever wants to wait longer asks again. */
const ANSWER_MS = 1000;

interface ConfigsAnswer {
  resources: { resourceName: string; configEntries: { configName: string; configValue: string }[] }[];
}

/** How long topics that are there keep records, in ms; 0 = for ever. */
const readRetention = async (client: Client, names: readonly string[]): Promise<Map<string, number>> => {
  if (names.length === 0) return new Map();
  const link = await client.anyLink();
  const { resources } = await link.call<ConfigsAnswer>('DescribeConfigs', {
    resources: names.map((name) => ({ type: TOPIC, name, configNames: ['retention.ms'] })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Math.max(0, Number(configEntries[0]?.configValue ?? 0)),
    ]),
  );
};

/** Makes the topics that are not there. @throws PushtechError `LOG_URL` (fatal), `LOG_DOWN` (retry) */
export const prepareKafkaTopics = async (
  url: string,
  names: readonly string[],
  { dryRun, warn = () => {} }: { dryRun: boolean; warn?: LogOptions['warn'] },
): Promise<PreparedTopic[]> => {
  const settings = parseKafkaUrl(url);
  const client = createClient(settings);
  const topics = createTopics(client, warn);
  const full = names.map((name) => settings.prefix + name);
  try {
    return await retrying(async () => {
      const before = await topics.find(full, true);
      const after = dryRun ? before : await topics.ensure(full);
      const retention = await readRetention(client, [...after.keys()]);
      return full.map((topic) => ({
        topic,
        partitions: after.get(topic)?.length ?? settings.partitions,
        retentionMs: retention.get(topic) ?? settings.retentionMs,
        isNew: !before.has(topic),
      }));
    }, ANSWER_MS);
  } catch (error) {
    throw toLogError(error);
  } finally {
    await client.close();
  }
};
