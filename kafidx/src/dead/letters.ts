import { topics } from '@pushtech/event';
import type { Log, PartitionRange } from '@pushtech/log';
import { type LetterSummary, summarize } from './letter.ts';
import { type LetterFilter, letterMatches } from './letter-filter.ts';

/** The newest are known one by one; older ones stay on the log. A summary takes some 500 bytes. */
const MOST_LETTERS = 50_000;
const READ_RECORDS = 500;

export interface ReasonCount {
  reason: string;
  step: string;
  n: number;
  /** Receipt of the newest, as the letter says it. */
  newest: string;
}

/** How far the log was looked through. */
export interface Reach {
  complete: boolean;
  /** There are older ones than those that are listed. */
  capped: boolean;
  looked: number;
  of: number;
  /** Append of the oldest letter known, epoch ms. */
  since?: number;
}

/** Positions looked at, `to` not included. */
interface Span {
  from: number;
  to: number;
}

const newestFirst = (a: LetterSummary, b: LetterSummary): number =>
  b.loggedAt - a.loggedAt || b.position - a.position;

/**
 * The dead letters of the log, newest first. They are read when somebody asks, from the end backwards, and remembered:
 * the next question reads only what is new. The log stays the truth; what it deletes is forgotten here.
 */
export const createLetters = (log: Log) => {
  const spans = new Map<number, Span>();
  let letters: LetterSummary[] = [];
  let reach: Reach = { complete: false, capped: false, looked: 0, of: 0 };
  let running: Promise<void> = Promise.resolve();

  /** @returns whether all of it was read in time */
  const readSpan = async (partition: number, { from, to }: Span): Promise<LetterSummary[]> => {
    const found: LetterSummary[] = [];
    let at = from;
    while (at < to) {
      const { records, next } = await log.read(topics.dead, partition, at, Math.min(READ_RECORDS, to - at));
      found.push(...records.filter(({ position }) => position < to).map(summarize));
      if (next <= at) break;
      at = next;
    }
    return found;
  };

  /** What retention took is gone here too; a log that is shorter than what was seen is another one. */
  const forget = (ranges: readonly PartitionRange[]): void => {
    for (const { partition, start, end } of ranges) {
      const span = spans.get(partition);
      const isNew = span !== undefined && end < span.to;
      if (isNew) spans.delete(partition);
      else if (span) span.from = Math.max(span.from, Math.min(start, span.to));
      letters = letters.filter((one) => one.partition !== partition || (!isNew && one.position >= start));
    }
  };

  /** One step for a partition: first what is new, then further back. @returns whether there was any */
  const step = async ({ partition, start, end }: PartitionRange): Promise<boolean> => {
    const span = spans.get(partition) ?? { from: end, to: end };
    spans.set(partition, span);
    if (span.to < end) {
      letters.push(...(await readSpan(partition, { from: span.to, to: end })));
      span.to = end;
      return true;
    }
    if (span.from <= start || letters.length >= MOST_LETTERS) return false;
    const from = Math.max(start, span.from - READ_RECORDS);
    letters.push(...(await readSpan(partition, { from, to: span.from })));
    span.from = from;
    return true;
  };

  const readUntil = async (deadline: number): Promise<void> => {
    const ranges = await log.ranges(topics.dead);
    forget(ranges);
    let more = true;
    while (more && performance.now() < deadline) {
      more = false;
      for (const range of ranges) more = (await step(range)) || more;
    }
    letters.sort(newestFirst);
    const missing = ranges.reduce((sum, { partition, start }) => {
      return sum + Math.max(0, (spans.get(partition)?.from ?? start) - start);
    }, 0);
    const capped = !more && missing > 0;
    const since = letters.at(-1)?.loggedAt;
    reach = {
      complete: !more,
      capped,
      looked: letters.length,
      of: letters.length + missing,
      ...(since !== undefined && { since }),
    };
  };

  return {
    /** Reads what is new, and further back for at most so many ms. @throws what the log throws */
    async refresh(ms: number): Promise<Reach> {
      const next = running.catch(() => {}).then(() => readUntil(performance.now() + ms));
      running = next;
      await next;
      return reach;
    },
    /** Newest first, as far as was read. */
    find: (filter: LetterFilter): LetterSummary[] =>
      letters.filter((letter) => letterMatches(filter, letter)),
    byEntry: (entry: string): LetterSummary | undefined => letters.find((letter) => letter.entry === entry),
    /** By reason and step, most first. */
    count(filter: LetterFilter): ReasonCount[] {
      const counts = new Map<string, ReasonCount>();
      for (const letter of letters) {
        if (!letterMatches(filter, letter)) continue;
        const { reason, step: name, at } = letter;
        const key = `${reason}\n${name}`;
        const count = counts.get(key) ?? { reason, step: name, n: 0, newest: at };
        count.n += 1;
        if (at > count.newest) count.newest = at;
        counts.set(key, count);
      }
      return [...counts.values()].sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
    },
  };
};

export type Letters = ReturnType<typeof createLetters>;
