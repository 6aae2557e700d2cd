import type { Batch, Log, NewRecord } from '@pushtech/log';
import type { Logger } from '@pushtech/service';
import type { ApplyResult, Stats, StatsBatch, StatsRecord } from '@pushtech/stats';
import { add, type Counts, type ObserveBatch } from './counts.ts';
import type { Goals } from './goals.ts';
import { readRecord } from './read-record.ts';

export interface TakeBatchDeps {
  log: Log;
  stats: Stats;
  record: Logger;
  /** Epoch ms. */
  clock: () => number;
  counts: Counts;
  applied?: ObserveBatch;
  goals?: Pick<Goals, 'match'> | undefined;
}

/** Takes batches of the log into the stats, which alone know how far they are. */
export const createTakeBatch = (deps: TakeBatchDeps) => {
  const { log, stats, record, clock, counts, goals } = deps;
  const newEpochs = new Set<string>();

  const withGoals = (one: StatsRecord): StatsRecord => {
    if (!goals || one.kind !== 'event') return one;
    const met = goals.match(one.event);
    return met.length === 0 ? one : { ...one, goals: met };
  };

  const read = (batch: Batch): { records: StatsRecord[]; letters: NewRecord[] } => {
    const records: StatsRecord[] = [];
    const letters: NewRecord[] = [];
    for (const one of batch.records) {
      const reading = readRecord(one, clock());
      if (reading.kind === 'record') records.push(withGoals(reading.record));
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

  const seek = (position: number) => {
    counts.seeks += 1;
    return { seek: position };
  };

  const applied = (
    source: string,
    { counted, duplicates }: { counted: number; duplicates: number },
  ): void => {
    newEpochs.delete(source);
    counts.counted += counted;
    counts.duplicates += duplicates;
  };

  const apply = (batch: StatsBatch): Promise<ApplyResult> =>
    stats.apply(newEpochs.has(batch.source) ? { ...batch, newEpoch: true } : batch);

  return {
    /** Where a partition is to begin: where the stats are, unless the log is another one than theirs. */
    async startAt(topic: string, partition: number): Promise<number> {
      const source = `${topic}/${partition}`;
      const stored = await stats.position(source);
      const range = (await log.ranges(topic)).find((one) => one.partition === partition);
      if (range === undefined || (stored !== undefined && stored <= range.end)) return stored ?? 0;
      if (stored !== undefined) {
        record.warn(
          { source, stored, end: range.end },
          'The log is a new one: counting goes on at its beginning.',
        );
      }
      if (stored !== undefined || range.start > 0) newEpochs.add(source);
      return range.start;
    },

    async handle(batch: Batch): Promise<undefined | { seek: number }> {
      const source = `${batch.topic}/${batch.partition}`;
      const { from, next } = batch;
      // Positions have no holes but those that retention tears.
      const lost = (batch.records[0]?.position ?? next) - from;
      if (lost > 0) {
        record.warn({ source, from, lost }, 'Retention took records that were not counted yet.');
        add(counts.lost, batch.topic, lost);
      }
      const { records, letters } = read(batch);
      await park(letters, source, from);
      const begun = performance.now();
      const result = await apply({ source, from, next, records });
      deps.applied?.(records.length, (performance.now() - begun) / 1000);
      if (!result.applied) return seek(result.expected);
      applied(source, result);
      return undefined;
    },
  };
};
