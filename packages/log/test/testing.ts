// What tests delete and look at on a real Kafka by hand, not with the code under test; imported as `@pushtech/log/testing`.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';

const withAdmin = async <T>(brokers: string, use: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
};

/** Deletes topics, and waits until they are gone; groups go where their members have left. */
export const dropTopics = (brokers: string, prefix: string): Promise<void> =>
  withAdmin(brokers, async (admin) => {
    const ours = async (): Promise<string[]> =>
      (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    const topics = await ours();
    if (topics.length > 0) await admin.deleteTopics({ topics });
    for (let tries = 0; tries < 50 && (await ours()).length > 0; tries++) await sleep(100);
    const { groups } = await admin.listGroups();
    const empty = groups.map(({ groupId }) => groupId).filter((group) => group.startsWith(prefix));
    await admin.deleteGroups(empty).catch(() => {});
  });

/** Whose clock says when a record was appended. */
export const timesOf = (brokers: string, topic: string): Promise<string | undefined> =>
  withAdmin(brokers, async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: topic, configNames: ['message.timestamp.type'] }],
    });
    return resources[0]?.configEntries[0]?.configValue;
  });
