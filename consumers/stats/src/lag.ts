import { bookedTopics } from '@pushtech/event';
import type { Log } from '@pushtech/log';
import type { Labelled } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';

/** Records on the log that are not in the counters yet, of each partition. */
export const lagByPartition = async (log: Log, stats: Stats): Promise<Labelled[]> => {
  const lags: Labelled[] = [];
  for (const topic of bookedTopics) {
    for (const { partition, start, end } of await log.ranges(topic)) {
      const position = (await stats.position(`${topic}/${partition}`)) ?? start;
      const records = Math.max(0, end - Math.max(start, position));
      lags.push([{ topic, partition: String(partition) }, records]);
    }
  }
  return lags;
};
