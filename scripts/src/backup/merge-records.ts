import type { LogRecord } from '@pushtech/log';
import type { PartitionFile } from './manifest.ts';
import { unpackLines } from './packed-file.ts';

async function* readPartition(
  folder: string,
  { topic, partition, name }: PartitionFile,
): AsyncGenerator<LogRecord> {
  for await (const line of unpackLines(folder, name)) yield { topic, partition, ...JSON.parse(line) };
}

/**
 * The records of one topic in order of time, whatever partitions they come from; those of one partition keep their order.
 * @param files of one topic
 */
export async function* mergeRecords(
  folder: string,
  files: readonly PartitionFile[],
): AsyncGenerator<LogRecord> {
  const heads: { record: LogRecord; rest: AsyncGenerator<LogRecord> }[] = [];
  for (const file of files) {
    const rest = readPartition(folder, file);
    const { value, done } = await rest.next();
    if (!done) heads.push({ record: value, rest });
  }
  while (heads.length > 0) {
    let first = 0;
    for (let n = 1; n < heads.length; n++) {
      if ((heads[n]?.record.at ?? 0) < (heads[first]?.record.at ?? 0)) first = n;
    }
    const head = heads[first] as (typeof heads)[number];
    yield head.record;
    const { value, done } = await head.rest.next();
    if (done) heads.splice(first, 1);
    else head.record = value;
  }
}
