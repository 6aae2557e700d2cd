import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pushtech/event';
import { honourErasures, type Log, type LogRecord, openLog, type PartitionRange } from '@pushtech/log';
import { closing, engineName } from './copy-stores.ts';
import type { Manifest, PartitionFile } from './manifest.ts';
import { packLines } from './packed-file.ts';

/** Records that one read of the log gives at the most. */
const PAGE = 5000;
/** So long an append may be under way that has reached some of its topics and not yet the others, in ms. */
const UNDER_WAY_MS = 1000;

const { received, ...others } = topics;

type Ends = Map<string, PartitionRange[]>;

const readEnds = async (log: Log): Promise<Ends> => {
  const ends: Ends = new Map();
  for (const topic of Object.values(others)) ends.set(topic, await log.ranges(topic));
  return ends;
};

async function* read(log: Log, topic: string, { partition, start, end }: PartitionRange) {
  for (let from = start; from < end; ) {
    const { records, next } = await log.read(topic, partition, from, PAGE);
    if (next <= from) return;
    for (const record of records) if (record.position < end) yield record;
    from = next;
  }
}

async function* toLines(records: AsyncIterable<LogRecord>, isWanted: (record: LogRecord) => boolean) {
  for await (const record of records) {
    const { position, at, key, headers, value } = record;
    if (isWanted(record)) yield JSON.stringify({ position, at, key, headers, value });
  }
}

/** The buffer entries whose count came to the log in these ranges. */
const readEntries = async (log: Log, ranges: readonly PartitionRange[]): Promise<Set<string>> => {
  const keys = new Set<string>();
  for (const range of ranges) for await (const { key } of read(log, received, range)) keys.add(key);
  return keys;
};

/**
 * Where to cut each topic, so that a buffer entry is on the copy with its count and all its hits, or not at all. Counts are cut
 * first. Hits of later entries, which are among others by then, are left out.
 */
const findCut = async (log: Log) => {
  const sure = await readEnds(log);
  const counts = await log.ranges(received);
  await sleep(UNDER_WAY_MS);
  const ends = await readEnds(log);
  await sleep(UNDER_WAY_MS);
  const later = (await log.ranges(received)).map((range) => ({
    ...range,
    start: counts[range.partition]?.end ?? range.start,
  }));
  const lateEntries = await readEntries(log, later);
  const isWanted = ({ topic, partition, position, headers }: LogRecord): boolean =>
    position < (sure.get(topic)?.[partition]?.end ?? 0) ||
    !lateEntries.has(headers?.origin?.split('/')[0] ?? '');
  return { ends: ends.set(received, counts), isWanted };
};

/** Who was erased is not in the copy. @param secretKey that of the services: erasures are named by it */
export const copyLog = async (url: string, folder: string, secretKey: string): Promise<Manifest['log']> => {
  await using opened = await closing(openLog(url));
  const log = honourErasures(opened, { secretKey, leave: 'numbers' });
  const { ends, isWanted } = await findCut(log);
  const files: PartitionFile[] = [];
  for (const [topic, ranges] of ends) {
    for (const range of ranges) {
      if (range.end <= range.start) continue;
      const name = `log-${topic}-${range.partition}.ndjson.zst`;
      const packed = await packLines(folder, name, toLines(read(log, topic, range), isWanted));
      files.push({ topic, partition: range.partition, ...packed });
    }
  }
  return { engine: engineName(url), records: files.reduce((sum, { lines }) => sum + lines, 0), files };
};
