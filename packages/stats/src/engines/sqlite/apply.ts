import type { Dimension } from '../../dimensions.ts';
import { createPace } from '../../pace.ts';
import type { ApplyResult, StatsBatch } from '../../stats.ts';
import { readFacts } from './facts.ts';
import type { Writer } from './writer.ts';

/** Records per transaction. Reading their facts holds the event loop for some 2 µs each. */
const MOST = 1000;

/** Sends batches to the writer, a part at a time. */
export const createApply = (writer: Writer, dimensions: readonly Dimension[]) => {
  // A commit writes whole pages, however little was changed on them.
  const pace = createPace();

  return async ({ source, from, next, records, newEpoch = false }: StatsBatch): Promise<ApplyResult> => {
    const { length } = records;
    let counted = 0;
    let duplicates = 0;
    let expected: number | undefined;
    await pace.wait(source, length);
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
    pace.applied(source);
    return { applied: true, counted, duplicates };
  };
};
