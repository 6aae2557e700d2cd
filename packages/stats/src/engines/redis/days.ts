import { HEARTBEAT } from '@pushtech/event';
import { isGoalType } from '../../goals.ts';
import { DAY_MINUTES, HOUR_MINUTES } from '../../spans.ts';
import type { Span } from '../../stats.ts';
import { type Cell, type Cells, cellNumber, slices } from './cells.ts';
import { OTHER } from './names.ts';
import type { Server } from './server.ts';

/** Some buckets of one day that lie in one hash. */
export interface Segment {
  day: number;
  /** What stands before the dimension in the key: `d`, `h<hour>` or `m<hour>`. */
  bucket: string;
  /** Start and end in minutes since 1970 UTC. */
  start: number;
  end: number;
}

/** Level per day: 0 minutes are held, 1 hours, 2 days. Days without an event are missing. */
export type Levels = ReadonlyMap<number, number>;

const ofHour = (
  day: number,
  level: number,
  [start, end]: readonly [number, number],
  finest: number,
): Segment => {
  const hour = Math.floor(start / HOUR_MINUTES) - day * 24;
  const letter = level === 0 && finest === 0 && end - start < HOUR_MINUTES ? 'm' : 'h';
  return { day, bucket: `${letter}${hour}`, start, end };
};

const ofDay = (
  day: number,
  level: number,
  [start, end]: readonly [number, number],
  finest: number,
): Segment[] => {
  if (level === 2 || end - start === DAY_MINUTES) return [{ day, bucket: 'd', start, end }];
  const segments: Segment[] = [];
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / HOUR_MINUTES) + 1) * HOUR_MINUTES);
    segments.push(ofHour(day, level, [at, next], finest));
    at = next;
  }
  return segments;
};

/**
 * What is to be read for `[start, end)` in minutes: whole days and hours where it can be.
 * @param finest 0 where there are minutes, 1 for dimensions
 */
export const segmentsOf = (
  levels: Levels,
  { start, end }: { start: number; end: number },
  finest: 0 | 1,
): Segment[] => {
  const days = [...levels.keys()].filter((day) => day * DAY_MINUTES < end && (day + 1) * DAY_MINUTES > start);
  return days
    .sort((a, b) => a - b)
    .flatMap((day) => {
      const part = [Math.max(start, day * DAY_MINUTES), Math.min(end, (day + 1) * DAY_MINUTES)] as const;
      return ofDay(day, levels.get(day) as number, part, finest);
    });
};

/** What of a day's cells a question wants. */
export interface Filter {
  sites: readonly number[];
  /** `type * 2 + bot`. */
  kinds: readonly number[];
  accepts(cell: Cell): boolean;
  /** The cells of these values, by number; too many are not worth naming. */
  numbers(values: readonly number[]): number[] | undefined;
}

/** Where naming cells one by one is no longer cheaper than reading all. */
const MOST_NAMED = 2000;
const STEP_DAYS = 50;
const NOBODY: readonly number[] = [];

/** What a question without a type is not about. */
const isLeftOut = (type: string): boolean => type === HEARTBEAT || isGoalType(type);

export interface Chosen extends Pick<Span, 'site' | 'type' | 'bots'> {
  /** Besides `site` and `type`: a series of one of them. */
  only?: { dimension: 'site' | 'type'; value: string | null } | undefined;
}

const numbersTo = (last: number, first: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

const both = (some: readonly number[], others: readonly number[]) =>
  some.filter((one) => others.includes(one));

const createFilter = (sites: readonly number[], types: readonly number[], bots: Span['bots']): Filter => {
  const flags = bots === 'include' ? [0, 1] : [bots === 'only' ? 1 : 0];
  const kinds = types.flatMap((type) => flags.map((bot) => type * 2 + bot));
  const siteSet = new Set(sites);
  const kindSet = new Set(kinds);
  return {
    sites,
    kinds,
    accepts: ({ site, kind }) => siteSet.has(site) && kindSet.has(kind),
    numbers: (values) =>
      sites.length * kinds.length * values.length > MOST_NAMED
        ? undefined
        : sites.flatMap((site) =>
            kinds.flatMap((kind) => values.map((value) => cellNumber(site, kind, value))),
          ),
  };
};

/** Finds a question's sites and types on some days. Their numbers differ from day to day. */
export const readFilters = async (
  server: Server,
  root: string,
  { days, chosen }: { days: readonly number[]; chosen: Chosen },
): Promise<Map<number, Filter>> => {
  const { site, type, only, bots } = chosen;
  const wantedOf = (dimension: 'site' | 'type') => (only?.dimension === dimension ? only.value : undefined);
  const nameOf = (text: string | null | undefined) => (text ?? '').toWellFormed();
  const filters = new Map<number, Filter>();

  const idsOf = (
    text: string | null | undefined,
    found: unknown,
    all: readonly number[],
  ): readonly number[] => {
    if (text === undefined) return all;
    if (text === null) return [0];
    return found ? [Number(found)] : NOBODY;
  };

  const typesOf = (flat: readonly unknown[]): Map<string, number> =>
    new Map(flat.flatMap((text, i) => (i % 2 === 0 ? [[String(text), Number(flat[i + 1])] as const] : [])));

  const read = async (some: readonly number[]): Promise<void> => {
    const replies = await server.pipeline(
      some.flatMap((day) => [
        ['HLEN', `${root}${day}:sites`],
        ['HMGET', `${root}${day}:sites`, nameOf(site), nameOf(wantedOf('site'))],
        ['HGETALL', `${root}${day}:types`],
      ]),
    );
    some.forEach((day, i) => {
      const [sites, ofSites, flat] = replies.slice(i * 3, i * 3 + 3) as [number, unknown[], unknown[]];
      const types = typesOf(flat);
      const allSites = numbersTo(Number(sites) + OTHER, 0);
      const allTypes = [OTHER, ...types.values()];
      const plain = [OTHER, ...[...types].flatMap(([text, id]) => (isLeftOut(text) ? [] : [id]))];
      const found = (text: string | null | undefined) => types.get(nameOf(text));
      filters.set(
        day,
        createFilter(
          both(idsOf(site, ofSites[0], allSites), idsOf(wantedOf('site'), ofSites[1], allSites)),
          both(
            type === undefined ? plain : idsOf(type, found(type), allTypes),
            idsOf(wantedOf('type'), found(wantedOf('type')), allTypes),
          ),
          bots,
        ),
      );
    });
  };

  for (const some of slices(days, STEP_DAYS)) await read(some);
  return filters;
};

/** Reads the levels of all days that hold anything. */
export const readLevels = async (cells: Cells, root: string): Promise<Levels> => {
  const levels = await cells.readTexts(`${root}levels`);
  return new Map([...levels].map(([day, level]) => [Number(day), level]));
};
