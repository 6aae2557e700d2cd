import { bookedTopics, topics } from '@pushtech/event';
import { type LogRecord, type LogRestore, openLog, openLogRestore, type PartitionRange } from '@pushtech/log';
import type { Position } from '@pushtech/stats';
import { closing, engineName } from './copy-stores.ts';
import type { Manifest } from './manifest.ts';
import { mergeRecords } from './merge-records.ts';

const AT_ONCE = 1000;

type Positions = Record<string, Position>;

/** Of what is counted. */
const readEnds = async (url: string): Promise<Map<string, PartitionRange[]>> => {
  await using log = await closing(openLog(url));
  const ends = new Map<string, PartitionRange[]>();
  for (const topic of bookedTopics) ends.set(topic, await log.ranges(topic));
  return ends;
};

/** One pass through the backup. */
const append = async (
  restore: LogRestore,
  folder: string,
  { files, keepPositions }: { files: Manifest['log']['files']; keepPositions: boolean },
  isWanted: (record: LogRecord) => boolean,
): Promise<void> => {
  let some: LogRecord[] = [];
  for (const ofTopic of Map.groupBy(files, ({ topic }) => topic).values()) {
    for await (const record of mergeRecords(folder, ofTopic)) {
      if (!isWanted(record)) continue;
      some.push(record);
      if (some.length < AT_ONCE) continue;
      await restore.append(some, keepPositions);
      some = [];
    }
  }
  if (some.length > 0) await restore.append(some, keepPositions);
};

/** As many partitions as before: records keep their order, and a batch that was cut off goes on where it was. */
const haveSamePartitions = (counted: Positions, ends: Map<string, PartitionRange[]>): boolean => {
  const now = [...ends].flatMap(([topic, ranges]) => ranges.map(({ partition }) => `${topic}/${partition}`));
  return (
    Object.keys(counted).every((source) => now.includes(source)) && now.length === Object.keys(counted).length
  );
};

const toPositions = (ends: Map<string, PartitionRange[]>, counted: Positions): Positions => {
  const isSame = haveSamePartitions(counted, ends);
  const positions: Positions = {};
  for (const [topic, ranges] of ends) {
    for (const { partition, end } of ranges) {
      const source = `${topic}/${partition}`;
      positions[source] = [end, isSame ? (counted[source]?.[1] ?? 0) : 0];
    }
  }
  return positions;
};

/**
 * Puts the records back with their times. What the counters have comes first, in all partitions: where that ends is where they
 * go on, whatever the engine and however many partitions there are now.
 * @param counted how far the counters of the same backup are; absent when they are not put back
 * @returns the same on the log as it is now
 */
export const putBackLog = async (
  url: string,
  folder: string,
  { engine, files }: Manifest['log'],
  counted: Positions | undefined,
): Promise<Positions | undefined> => {
  const names = Object.values(topics);
  const keepPositions = engine === 'sqlite' && engineName(url) === 'sqlite';
  const isCounted = ({ topic, partition, position }: LogRecord): boolean =>
    position < (counted?.[`${topic}/${partition}`]?.[0] ?? 0);
  let positions: Positions | undefined;
  await using restore = await closing(openLogRestore(url, names));
  await restore.clear(names);
  if (counted) {
    await append(restore, folder, { files, keepPositions }, isCounted);
    positions = toPositions(await readEnds(url), counted);
  }
  await append(restore, folder, { files, keepPositions }, (record) => !isCounted(record));
  return positions;
};
