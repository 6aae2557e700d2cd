import type { Dimension } from '../../dimensions.ts';
import { statsError } from '../../errors.ts';
import { GOAL_ROOM } from '../../goals.ts';
import type { Settled } from '../../options.ts';
import { createPace } from '../../pace.ts';
import type { ApplyResult, StatsBatch } from '../../stats.ts';
import { type Changes, changesOf } from './changes.ts';
import { MOST, SMALL_BYTES } from './names.ts';
import { NEW, readPart } from './part.ts';
import { createFileScript } from './script.ts';
import type { Server } from './server.ts';

/** Records per call of the script: Redis stands still meanwhile, and so does the event loop while they are added up. */
const AT_ONCE = 250;
/** Other workers may take in the same ids while we add up; each time some of ours turn out to be known. */
const TRIES = 20;

type Answer = ['held'] | ['stale', string] | ['end', number] | ['differs', string] | ['applied'];
type Result = { stale: number } | { end: number; counted: number; duplicates: number };

/** Which records of a batch a part holds, and how far the part before came (`undefined` at first). */
interface Range {
  start: number;
  end: number;
  expected: number | undefined;
}

const script = createFileScript('./slices.lua', './apply.lua');

type Decided = Exclude<Answer, ['differs', string] | ['held']>;

const isDecided = (answer: Exclude<Answer, ['held']>): answer is Decided => answer[0] !== 'differs';

const resultOf = (answer: Decided, range: Range, made: Changes | undefined): Result => {
  if (answer[0] === 'stale') return { stale: Number(answer[1]) };
  if (answer[0] === 'end') return { end: answer[1], counted: 0, duplicates: 0 };
  return { end: range.end, counted: made?.counted ?? 0, duplicates: made?.duplicates ?? 0 };
};

/** Takes batches in, a part at a time. */
export const createApply = (
  server: Server,
  root: string,
  { options, dimensions }: { options: Settled; dimensions: readonly Dimension[] },
) => {
  const pace = createPace();
  /** Sources whose last part held something known: for them we ask first, and add up once. */
  const repeating = new Set<string>();
  const caps = {
    values: Math.min(options.caps.values, MOST.values),
    sites: Math.min(options.caps.sites, MOST.sites),
    types: Math.min(options.caps.types, MOST.types),
    goals: Math.min(options.caps.types * GOAL_ROOM, MOST.types),
  };

  const headOf = ({ source, from, next, records, newEpoch }: StatsBatch, range: Range, now: number): string =>
    JSON.stringify({
      ...range,
      source,
      from,
      next,
      length: records.length,
      ...(newEpoch && range.expected === undefined && { newEpoch }),
      now,
      windowIds: options.duplicateWindowIds,
      windowDays: options.duplicateWindowDays,
      caps,
      smallBytes: SMALL_BYTES,
    });

  const applyPart = async (batch: StatsBatch, range: Range): Promise<Result> => {
    const now = options.clock();
    const part = readPart(batch.records.slice(range.start, range.end), { ...options, now });
    const head = headOf(batch, range, now);
    const call = (statuses: string, changes: string, visitors: Buffer) =>
      server.run((client) =>
        script(client, root, head, part.checks, part.ids, part.entries, statuses, changes, visitors),
      ) as Promise<Answer>;
    const allNew = NEW.repeat(part.taken.length);
    let statuses: string | undefined = repeating.has(batch.source) ? undefined : allNew;
    for (let tries = 0; tries < TRIES; tries++) {
      const made = statuses === undefined ? undefined : changesOf(part, statuses, { dimensions, now });
      const answer = await call(statuses ?? '?', made?.changes ?? '', made?.visitors ?? Buffer.alloc(0));
      if (answer[0] === 'held') throw statsError('STATS_HELD', 'a backup copies the counters just now');
      if (isDecided(answer)) return resultOf(answer, range, made);
      statuses = answer[1];
      if (statuses === allNew) repeating.delete(batch.source);
      else repeating.add(batch.source);
    }
    throw statsError(
      'STATS_DOWN',
      `the ids of a batch of ${batch.source} change under our hands: apply it again`,
    );
  };

  return async (batch: StatsBatch): Promise<ApplyResult> => {
    const { length } = batch.records;
    let counted = 0;
    let duplicates = 0;
    let expected: number | undefined;
    await pace.wait(batch.source, length);
    do {
      const start = expected ?? 0;
      const result = await applyPart(batch, { start, end: Math.min(start + AT_ONCE, length), expected });
      if ('stale' in result) return { applied: false, expected: result.stale };
      expected = result.end;
      counted += result.counted;
      duplicates += result.duplicates;
    } while (expected < length);
    pace.applied(batch.source);
    return { applied: true, counted, duplicates };
  };
};
