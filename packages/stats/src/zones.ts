import { statsError } from './errors.ts';
import type { Interval } from './stats.ts';

export const INTERVAL_MS: Record<Interval, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Points in a series at the most. */
export const MAX_POINTS = 10_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 100;

const formatOf = (tz: string): Intl.DateTimeFormat => {
  const cached = formats.get(tz);
  if (cached) return cached;
  if (formats.size >= MAX_FORMATS) formats.clear();
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(tz, format);
  return format;
};

/** Whether `tz` is an IANA name this Node knows. */
export const isTimeZone = (tz: string): boolean => {
  try {
    formatOf(tz);
    return true;
  } catch {
    return false;
  }
};

/** @throws PushtechError `STATS_TIME_ZONE` (dead) */
export const checkTimeZone = (tz = 'UTC'): void => {
  if (!isTimeZone(tz)) throw statsError('STATS_TIME_ZONE', `there is no time zone "${tz}"`);
};

/** How far local clocks are ahead of UTC, in ms. */
const offsetAt = (tz: string, at: number): number => {
  const field: Record<string, number> = {};
  for (const { type, value } of formatOf(tz).formatToParts(at)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
};

/** The first moment of a local day. @param local its midnight as if it were UTC, epoch ms */
export const dayStart = (tz: string, local: number): number => {
  const before = offsetAt(tz, local - INTERVAL_MS.day);
  const after = offsetAt(tz, local + INTERVAL_MS.day);
  if (before === after) return local - before;
  const midnights = [local - before, local - after].filter((at) => at + offsetAt(tz, at) === local);
  if (midnights.length > 0) return Math.min(...midnights);
  return transition(tz, local - INTERVAL_MS.day, local + INTERVAL_MS.day, before);
};

/** Where the clocks were changed between two moments, to the minute. */
const transition = (tz: string, from: number, to: number, before: number): number => {
  let low = from;
  let high = to;
  while (high - low > 60_000) {
    const middle = Math.floor((low + high) / 120_000) * 60_000;
    if (offsetAt(tz, middle) === before) low = middle;
    else high = middle;
  }
  return high;
};

/** The local day of a moment: its midnight as if it were UTC, epoch ms. */
export const localDay = (tz: string, at: number): number => {
  const local = at + offsetAt(tz, at);
  return local - (((local % INTERVAL_MS.day) + INTERVAL_MS.day) % INTERVAL_MS.day);
};

const days = (tz: string, from: number, to: number): number[] => {
  const starts: number[] = [];
  for (let local = localDay(tz, from); ; local += INTERVAL_MS.day) {
    const at = dayStart(tz, local);
    // A day that a zone left out (Apia, 30 December 2011) would begin where the next one does.
    if (at > (starts.at(-1) ?? Number.NEGATIVE_INFINITY)) starts.push(at);
    if (at >= to && starts.length > 1) return starts;
  }
};

const floorLocal = (tz: string, at: number, step: number): number => {
  const local = at + offsetAt(tz, at);
  return at - (((local % step) + step) % step);
};

const hours = (tz: string, from: number, to: number, step: number): number[] => {
  const starts = [floorLocal(tz, from, step)];
  for (let at = starts[0] as number; at < to || starts.length < 2; ) {
    const next = floorLocal(tz, at + step, step);
    at = next > at ? next : next + step;
    starts.push(at);
  }
  return starts;
};

/**
 * Where the buckets of a series begin, in local time, from the one that holds `from` to the first at or after `to`
 * (which ends the last). Days have 23 to 25 hours where clocks change.
 * @param from and to in epoch ms, half-open
 * @throws PushtechError `STATS_TOO_MANY_POINTS`, `STATS_TIME_ZONE` (dead)
 */
export const boundaries = (from: number, to: number, interval: Interval, tz = 'UTC'): number[] => {
  if ((to - from) / INTERVAL_MS[interval] > MAX_POINTS) {
    throw statsError(
      'STATS_TOO_MANY_POINTS',
      `more than ${MAX_POINTS} points: ask for a shorter time or a longer interval`,
    );
  }
  checkTimeZone(tz);
  return interval === 'day' ? days(tz, from, to) : hours(tz, from, to, INTERVAL_MS[interval]);
};
