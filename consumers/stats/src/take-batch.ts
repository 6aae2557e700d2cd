import type { Batch, Log, NewRecord } from '@pushtech/log';
import type { Logger } from '@pushtech/service';
import type { ApplyResult, Stats, StatsBatch, StatsRecord } from '@pushtech/stats';
import { add, type Counts, type ObserveBatch } from './counts.ts';
import { readRecord } from './read-record.ts';

export interface TakeBatchDeps {
  log: Log;
  stats: Stats;
  record: Logger;
  /** Epoch ms. */
  clock: () => number;
  counts: Counts;
  applied?: ObserveBatch;
}

/** Takes batches of the log into the stats, which alone know how far they are. */
export const createTakeBatch = (deps: TakeBatchDeps) => {
  const { log, stats, record, clock, counts } = deps;
  /** Source → where the log was asked to go on. */
  const asked = new Map<string, number>();
  const newEpochs = new Set<string>();

  const read = (batch: Batch): { records: StatsRecord[]; letters: NewRecord[] } => {
    const records: StatsRecord[] = [];
    const letters: NewRecord[] = [];
    for (const one of batch.records) {
      const reading = readRecord(one, clock());
      if (reading.kind === 'record') records.push(reading.record);
      else if (reading.kind === 'unreadable') add(counts.unreadable, batch.topic);
      else {
        add(counts.parked, reading.reason);
        letters.push(reading.letter);
      }
    }
    return { records, letters };
  };

  /** Letters go out before the position moves, or a crash between the two would lose them. */
  const park = async (letters: NewRecord[], source: string, from: number): Promise<void> => {
    if (letters.length === 0) return;
    const stored = (await stats.position(source)) ?? 0;
    if (stored === from || newEpochs.has(source)) await log.append(letters);
  };

  const seek = (source: string, position: number) => {
    asked.set(source, position);
    counts.seeks += 1;
    return { seek: position };
  };

  const applied = (
    source: string,
    { counted, duplicates }: { counted: number; duplicates: number },
  ): void => {
    newEpochs.delete(source);
    asked.delete(source);
    counts.counted += counted;
    counts.duplicates += duplicates;
  };

  const apply = (batch: StatsBatch): Promise<ApplyResult> =>
    stats.apply(newEpochs.has(batch.source) ? { ...batch, newEpoch: true } : batch);

  return {
    /** Where a partition is to begin: where the stats are, unless the log is another one than theirs. */
    async startAt(topic: string, partition: number): Promise<number> {
      const source = `${topic}/${partition}`;
      const stored = (await stats.position(source)) ?? 0;
      const range = (await log.ranges(topic)).find((one) => one.partition === partition);
      if (range === undefined || stored <= range.end) {
        asked.set(source, stored);
        return stored;
      }
      record.warn(
        { source, stored, end: range.end },
        'The log is a new one: counting goes on at its beginning.',
      );
      newEpochs.add(source);
      return range.start;
    },

    async handle(batch: Batch): Promise<undefined | { seek: number }> {
      const source = `${batch.topic}/${batch.partition}`;
      const { from, next } = batch;
      const lost = asked.get(source);
      if (lost !== undefined && lost < from) {
        record.warn(
          { source, from: lost, to: from },
          'The log no longer has these records: they stay uncounted.',
        );
        add(counts.lost, batch.topic, from - lost);
        newEpochs.add(source);
      }
      const { records, letters } = read(batch);
      await park(letters, source, from);
      const begun = performance.now();
      const result = await apply({ source, from, next, records });
      deps.applied?.(records.length, (performance.now() - begun) / 1000);
      if (!result.applied) return seek(source, result.expected);
      applied(source, result);
      return undefined;
    },
  };
};
