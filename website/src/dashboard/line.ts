import type { Interval, Span, Stats } from '@pushtech/stats';

/** A series as three lists of the same length: names of fields once, and not per point. Times in epoch ms. */
export interface Line {
  interval: Interval;
  /** What was counted, widened to what is held. */
  from: number;
  to: number;
  at: number[];
  events: number[];
  /** Only where visitors are counted. */
  visitors?: number[];
}

export interface LineQuestion extends Span {
  tz: string;
  interval: Interval;
  dimension?: string;
  value?: string | null;
}

const DAY = 86_400_000;
/** Below what the stats give in one answer. */
const MOST_DAYS = 9000;

/** A series of any length: longer ones than one answer holds are asked in parts. */
const readParts = async (stats: Stats, question: LineQuestion) => {
  const parts = [];
  for (let from = question.from; from < question.to; ) {
    const to = Math.min(question.to, from + MOST_DAYS * DAY);
    const part = await stats.series({ ...question, from, to });
    parts.push(part);
    // The last day of a part may reach beyond it, and must not come twice.
    from = Math.max(part.to, to);
  }
  return parts;
};

/** @param trim without the empty points at the beginning: nobody wants to see the years before the first visit */
export const readLine = async (stats: Stats, question: LineQuestion, trim = false): Promise<Line> => {
  const parts = await readParts(stats, question);
  const all = parts.flatMap(({ points }) => points);
  const first = trim ? all.findIndex(({ events }) => events > 0) : 0;
  const points = first < 0 ? all.slice(-1) : all.slice(first);
  const visitors = points.flatMap((point) => point.visitors ?? []);
  return {
    interval: parts[0]?.interval ?? question.interval,
    from: points[0]?.at ?? question.from,
    to: parts.at(-1)?.to ?? question.to,
    at: points.map(({ at }) => at),
    events: points.map(({ events }) => events),
    ...(visitors.length === points.length && { visitors }),
  };
};
