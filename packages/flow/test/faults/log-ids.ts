import { type Topic, topics } from '@pushtech/event';
import { type Log, openLog } from '@pushtech/log';

const AT_ONCE = 1000;

/** What lies on the log, read along: each look goes on where the last one ended. */
export const followLogIds = async (url: string) => {
  const log = await openLog(url);
  /** Topic → id → how often. */
  const ids = new Map<Topic, Map<string, number>>();
  const positions = new Map<string, number>();

  const lookAt = async (topic: Topic, of: Log): Promise<void> => {
    const found = ids.get(topic) ?? new Map<string, number>();
    ids.set(topic, found);
    for (const { partition, start, end } of await of.ranges(topic)) {
      const source = `${topic}/${partition}`;
      for (let from = positions.get(source) ?? start; from < end; ) {
        const { records, next } = await of.read(topic, partition, from, AT_ONCE);
        for (const { key } of records) found.set(key, (found.get(key) ?? 0) + 1);
        if (next <= from) break;
        from = next;
        positions.set(source, from);
      }
    }
  };

  return {
    /** Reads what is new. @returns id → how often, per topic */
    async look(): Promise<{ events: Map<string, number>; dead: Map<string, number> }> {
      await lookAt(topics.events, log);
      await lookAt(topics.dead, log);
      return {
        events: ids.get(topics.events) as Map<string, number>,
        dead: ids.get(topics.dead) as Map<string, number>,
      };
    },
    append: log.append,
    close: () => log.close(),
  };
};
