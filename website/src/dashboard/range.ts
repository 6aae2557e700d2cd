import { dayStart, localDay } from '@pushtech/stats';

/** The spans of time with a name, in the order they are offered. `custom` = from one date to another. */
export const rangeNames = [
  '30m',
  'today',
  'yesterday',
  '24h',
  '7d',
  '30d',
  '90d',
  'month',
  'last-month',
  'year',
  'all',
  'custom',
] as const;
export type RangeName = (typeof rangeNames)[number];

/** Epoch ms, half-open. */
export interface Period {
  from: number;
  to: number;
}

export interface Range extends Period {
  /** What it is compared with; `all` has nothing before it. */
  before?: Period;
}

export interface RangeQuestion {
  range: RangeName;
  /** Local dates of `custom`, `2026-05-01`; both belong to it. */
  from?: string | undefined;
  to?: string | undefined;
  /** IANA. */
  tz: string;
  /** Epoch ms. */
  now: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** No event may be older; a day earlier, for the zones ahead of UTC. */
const BEGINNING = Date.UTC(1994, 11, 31);

/** Local midnights are told as if they were UTC: calendar sums need no zone then. */
const monthOf = (local: number, months: number): number => {
  const day = new Date(local);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1);
};

const yearOf = (local: number, years: number): number =>
  Date.UTC(new Date(local).getUTCFullYear() + years, 0, 1);

/** Spans of whole local days: `until` is not included. */
const wholeDays = (tz: string, first: number, until: number, before: number): Range => {
  const from = dayStart(tz, first);
  return { from, to: dayStart(tz, until), before: { from: dayStart(tz, before), to: from } };
};

/** From a local day until now; what it is compared with ends at the same time of the same day of its own. */
const untilNow = (tz: string, now: number, first: number, before: number): Range => {
  const today = localDay(tz, now);
  const from = dayStart(tz, first);
  const same = dayStart(tz, before + (today - first)) + (now - dayStart(tz, today));
  return { from, to: now, before: { from: dayStart(tz, before), to: Math.min(same, from) } };
};

const lastMs = (now: number, ms: number): Range => ({
  from: now - ms,
  to: now,
  before: { from: now - 2 * ms, to: now - ms },
});

const custom = (tz: string, now: number, { from = '', to = from }: RangeQuestion): Range => {
  const first = Date.parse(from);
  const until = Date.parse(to) + DAY;
  const before = first - (until - first);
  const today = localDay(tz, now);
  if (first <= today && today < until) return untilNow(tz, now, first, before);
  return wholeDays(tz, first, until, before);
};

/** What a name means at a moment, in a zone's own calendar. Ends that are "now" are the end of the minute that runs. */
export const rangeOf = (question: RangeQuestion): Range => {
  const { tz } = question;
  const now = Math.floor(question.now / MINUTE) * MINUTE + MINUTE;
  const today = localDay(tz, question.now);
  const lastDays = (n: number) => untilNow(tz, now, today - (n - 1) * DAY, today - (2 * n - 1) * DAY);
  const spans: Record<RangeName, () => Range> = {
    '30m': () => lastMs(now, 30 * MINUTE),
    today: () => lastDays(1),
    yesterday: () => wholeDays(tz, today - DAY, today, today - 2 * DAY),
    '24h': () => lastMs(now, DAY),
    '7d': () => lastDays(7),
    '30d': () => lastDays(30),
    '90d': () => lastDays(90),
    month: () => untilNow(tz, now, monthOf(today, 0), monthOf(today, -1)),
    'last-month': () => wholeDays(tz, monthOf(today, -1), monthOf(today, 0), monthOf(today, -2)),
    year: () => untilNow(tz, now, yearOf(today, 0), yearOf(today, -1)),
    all: () => ({ from: BEGINNING, to: now }),
    custom: () => custom(tz, now, question),
  };
  return spans[question.range]();
};

/** How long a point of the graph is. */
export const intervalOf = ({ from, to }: Period): 'minute' | 'hour' | 'day' => {
  if (to - from <= 2 * HOUR) return 'minute';
  return to - from <= 50 * HOUR ? 'hour' : 'day';
};
