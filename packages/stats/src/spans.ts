import { dimensions, dimensionsWith } from './dimensions.ts';
import { statsError } from './errors.ts';
import type { Interval, Span } from './stats.ts';

export const MINUTE = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 1440;

/** Minutes in the buckets of a day, by its level: how finely it is still held. */
export const LEVEL_MINUTES = [1, 60, 1440] as const;

const INTERVALS: readonly Interval[] = ['minute', 'hour', 'day'];

/** These have no values of their own: they tell series apart. */
export const isTotal = (dimension: string | undefined): dimension is undefined | 'type' | 'site' =>
  dimension === undefined || dimension === 'type' || dimension === 'site';

/** The finest level of a question: dimensions are held by the hour at the most. */
export const finestLevel = (dimension: string | undefined): 0 | 1 => (isTotal(dimension) ? 0 : 1);

/** Days, in days since 1970 UTC, half-open, that a span touches. */
export const daysOf = ({ from, to }: Pick<Span, 'from' | 'to'>): [first: number, end: number] => [
  Math.floor(from / MINUTE / DAY_MINUTES),
  Math.ceil(to / MINUTE / DAY_MINUTES),
];

/** The highest level of a day in a span. @param levels of the days that hold anything */
export const levelIn = (levels: ReadonlyMap<number, number>, span: Pick<Span, 'from' | 'to'>): number => {
  const [first, end] = daysOf(span);
  let highest = 0;
  for (const [day, level] of levels) if (day >= first && day < end) highest = Math.max(highest, level);
  return highest;
};

/** The interval asked for, or the finest one that all days of a span are held at. @param level the highest of them */
export const heldInterval = (asked: Interval, level: number, dimension: string | undefined): Interval =>
  INTERVALS[Math.max(level, finestLevel(dimension), INTERVALS.indexOf(asked))] as Interval;

/**
 * Widens minutes to the buckets that are held. @param levelOf a day's level, in days since 1970 UTC
 * @param atLeast minutes
 */
export const createUnits = (levelOf: (day: number) => number, atLeast: number) => {
  const unitAt = (minute: number): number =>
    Math.max(atLeast, LEVEL_MINUTES[levelOf(Math.floor(minute / DAY_MINUTES))] as number);
  const floor = (minute: number): number => Math.floor(minute / unitAt(minute)) * unitAt(minute);
  const ceil = (minute: number): number => {
    const start = floor(minute);
    return start === minute ? minute : start + unitAt(minute);
  };
  return {
    floor,
    ceil,
    /** A span in minutes, widened at both ends. */
    widen({ from, to }: Pick<Span, 'from' | 'to'>): { start: number; end: number } {
      const start = floor(Math.floor(from / MINUTE));
      return { start, end: Math.max(start, ceil(Math.ceil(to / MINUTE))) };
    },
    /** Where the buckets of a series begin, and where the last one ends. @param local as `boundaries` gives them */
    starts(local: readonly number[]): number[] {
      const minutes = local.map((at) => Math.floor(at / MINUTE));
      return [...new Set([...minutes.slice(0, -1).map(floor), ceil(minutes.at(-1) as number)])];
    },
  };
};

const PROPERTY = 'properties.';

/** Where a dimension stands in the list of those that are counted. @throws PushtechError `STATS_DIMENSION` (dead) */
export const dimensionIndex = (name: string, properties: readonly string[]): number => {
  const index = dimensionsWith(properties).findIndex((dimension) => dimension.name === name);
  if (index >= 0) return index;
  const hint = name.startsWith(PROPERTY) ? '; properties are counted when STATS_PROPERTIES names them' : '';
  throw statsError('STATS_DIMENSION', `nothing is counted by "${name}"${hint}`);
};

/** The name of the property a dimension counts by, `undefined` for one of the fixed ones. */
export const propertyOf = (name: string, index: number): string | undefined =>
  index < dimensions.length ? undefined : name.slice(PROPERTY.length);
