import { setTimeout as sleep } from 'node:timers/promises';
import type { Dimension } from '../../dimensions.ts';
import type { ApplyResult, StatsBatch } from '../../stats.ts';
import { readFacts } from './facts.ts';
import type { Writer } from './writer.ts';

/** Records per transaction. Reading their facts holds the event loop for some 2 µs each. */
const MOST = 1000;
/**
 * A commit writes whole pages, however little was changed on them: half as many commits, nearly half the work. So a batch
 * of fewer than `FULL` records waits until `PACE_MS` after its source's last one, and the next has time to fill.
 */
const FULL = 500;
const PACE_MS = 50;

/** Sends batches to the writer, a part at a time. */
export const createApply = (writer: Writer, dimensions: readonly Dimension[]) => {
  /** Source → when its last batch was applied, by `performance.now()`. */
  const lastApplied = new Map<string, number>();

  const pace = async (source: string, records: number): Promise<void> => {
    const wait = (lastApplied.get(source) ?? Number.NEGATIVE_INFINITY) + PACE_MS - performance.now();
    if (records < FULL && wait > 0) await sleep(wait);
  };

  return async ({ source, from, next, records, newEpoch = false }: StatsBatch): Promise<ApplyResult> => {
    const { length } = records;
    let counted = 0;
    let duplicates = 0;
    let expected: number | undefined;
    await pace(source, length);
    do {
      const start = expected ?? 0;
      const end = Math.min(start + MOST, length);
      const facts = readFacts(records, start, end, dimensions);
      const part = { source, from, next, newEpoch, start, end, facts, length, expected };
      const result = await writer.run('apply', part);
      if ('stale' in result) return { applied: false, expected: result.stale };
      expected = result.end;
      counted += result.counted;
      duplicates += result.duplicates;
    } while (expected < length);
    lastApplied.set(source, performance.now());
    return { applied: true, counted, duplicates };
  };
};
