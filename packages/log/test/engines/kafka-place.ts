// Places on a real Kafka for tests, made and cleared with kafkajs' own clients, not with the engine under test.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineUrl } from '@pushtech/testing';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { LogPlace } from '../kit.ts';

export const brokers = engineUrl('kafka');

const kafka = new Kafka({ clientId: 'test', brokers: brokers.split(','), logLevel: logLevel.NOTHING });

export const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

const topicsWhere = async (admin: Admin, isOurs: (name: string) => boolean): Promise<string[]> =>
  (await admin.listTopics()).filter(isOurs);

const groupsWhere = async (admin: Admin, isOurs: (name: string) => boolean): Promise<string[]> =>
  (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter(isOurs);

/** Deletes topics, and groups once the members of killed processes have been given up. */
export const clear = (isOurs: (name: string) => boolean): Promise<void> =>
  withAdmin(async (admin) => {
    const topics = await topicsWhere(admin, isOurs);
    if (topics.length > 0) await admin.deleteTopics({ topics });
    for (let tries = 0; tries < 50; tries++) {
      const groups = await groupsWhere(admin, isOurs);
      if (groups.length === 0) return;
      await admin.deleteGroups(groups).catch(() => sleep(300));
    }
  });

export const newPrefix = (): string => `test${randomBytes(5).toString('hex')}_`;

/** A prefix of its own, gone afterwards. */
export const createPlace = async (query = ''): Promise<LogPlace & { prefix: string }> => {
  const prefix = newPrefix();
  return {
    prefix,
    url: `kafka://${brokers}?prefix=${prefix}${query}`,
    // Groups of killed members would keep a test waiting; they have no topics left and go by themselves.
    dispose: () =>
      withAdmin(async (admin) => {
        const topics = await topicsWhere(admin, (name) => name.startsWith(prefix));
        if (topics.length > 0) await admin.deleteTopics({ topics });
        const groups = await groupsWhere(admin, (name) => name.startsWith(prefix));
        await admin.deleteGroups(groups).catch(() => {});
      }),
  };
};

const CONTRACT_NAMES = new Set(['t', 'u', 'unborn', 'nothing', 'g', 'one', 'two', 'again']);

/** The topics and groups of the contract under their own names, deleted before and after each test. */
export const createDefaultPlace = async (): Promise<LogPlace> => {
  const dispose = () => clear((name) => CONTRACT_NAMES.has(name));
  await dispose();
  return { url: `kafka://${brokers}`, dispose };
};

/** All that can be seen of some topics and groups from outside, in the same order each time. */
const look = async (admin: Admin, topics: readonly string[], group: string): Promise<string[]> => {
  const seen: string[] = [];
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: [...topics] });
  for (const { name, partitions } of metadata) seen.push(`${name} has ${partitions.length} partitions`);
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      seen.push(`${topic}/${partition} holds ${low} to ${high}`);
    }
  }
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: 2, name })),
  });
  for (const { resourceName, configEntries } of resources) {
    for (const { configName, configValue } of configEntries)
      seen.push(`${resourceName} ${configName}=${configValue}`);
  }
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
    for (const { partition, offset } of partitions)
      seen.push(`${group} is at ${topic}/${partition} ${offset}`);
  }
  return seen.toSorted();
};

const makeForeign = async (topics: readonly string[], group: string): Promise<void> => {
  await withAdmin(async (admin) => {
    const wanted = topics.map((topic) => ({ topic, numPartitions: 2 }));
    await admin.createTopics({ waitForLeaders: true, topics: wanted });
    const producer = kafka.producer({ createPartitioner: () => () => 1 });
    await producer.connect();
    const messages = [{ value: 'foreign' }];
    await producer.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages })) });
    await producer.disconnect();
    const partitions = [{ partition: 1, offset: '1' }];
    await admin.setOffsets({ groupId: group, topic: topics[0] as string, partitions });
  });
};

/**
 * Places where somebody else has topics and a group with names like ours, also with our prefix before them; `dispose`
 * of a place throws when they were touched.
 */
export const createForeigners = () => {
  const base = newPrefix();
  const prefix = `${base}x_`;
  const topics = [`${prefix}t2`, `${prefix}other.u`, `${base}t`, `${prefix}`, `u_${prefix}t`];
  const group = `${prefix}g2`;
  let before: Promise<string[]> | undefined;
  const see = () => withAdmin((admin) => look(admin, topics, group));

  return {
    async createPlace(): Promise<LogPlace> {
      before ??= makeForeign(topics, group).then(see);
      const seen = await before;
      const names = [...CONTRACT_NAMES].map((name) => prefix + name);
      const dispose = async (): Promise<void> => {
        await clear((name) => names.includes(name));
        const after = await see();
        const touched = after.filter((line) => !seen.includes(line));
        if (touched.length > 0 || after.length !== seen.length) {
          throw new Error(`foreign topics or groups were touched: ${touched.join(', ')}`);
        }
      };
      return { url: `kafka://${brokers}?prefix=${prefix}`, dispose };
    },
    dispose: () => clear((name) => topics.includes(name) || name === group),
  };
};
