import {
  createUnits,
  dimensionIndex,
  finestLevel,
  heldInterval,
  isTotal,
  LEVEL_MINUTES,
  levelIn,
  MINUTE,
} from '../../spans.ts';
import type { Series, SeriesQuery, Span, Summary } from '../../stats.ts';
import { boundaries, checkTimeZone } from '../../zones.ts';
import { type Cell, type Cells, cellNumber, slices, type Wanted } from './cells.ts';
import { type Chosen, type Filter, type Levels, readFilters, type Segment, segmentsOf } from './days.ts';
import { NOT_KNOWN, withVisitors } from './names.ts';
import type { Server } from './server.ts';
import { createVisitors, type Visitors } from './visitors.ts';

/** Points of a series whose cells are read together. */
const STEP_POINTS = 60;

interface Sum {
  events: number;
  visitors: Visitors;
}

/** What is asked for: totals, or one value of a dimension. */
interface Asked {
  dimension: string;
  value: string | null;
  finest: 0 | 1;
  hasVisitors: boolean;
  chosen: Chosen;
}

/** Sums of events and visitors over buckets. */
export const createTotals = (server: Server, cells: Cells, root: string, properties: readonly string[]) => {
  /** The number of a value on the sites of some days. */
  const readValues = async (
    { dimension, value }: Asked,
    filters: ReadonlyMap<number, Filter>,
  ): Promise<Map<number, Map<number, number>>> => {
    const found = new Map<number, Map<number, number>>();
    const places = [...filters].flatMap(([day, { sites }]) => {
      found.set(day, new Map());
      return sites.map((site) => ({ day, site }));
    });
    for (const some of slices(places, 500)) {
      const replies =
        value === null
          ? some.map(() => NOT_KNOWN)
          : await server.pipeline(
              some.map(({ day, site }) => [
                'HGET',
                `${root}${day}:values:${site}:${dimension}`,
                value.toWellFormed(),
              ]),
            );
      some.forEach(({ day, site }, i) => {
        if (replies[i] !== null) found.get(day)?.set(site, Number(replies[i]));
      });
    }
    return found;
  };

  const minutesOf = ({ start, end }: Segment): number[] =>
    Array.from({ length: end - start }, (_, i) => (start + i) % 60);

  /** Which cells of a segment are wanted. */
  const namedCells = (
    asked: Asked,
    segment: Segment,
    filter: Filter,
    values: ReadonlyMap<number, number>,
  ): number[] | undefined => {
    if (asked.dimension !== 'total') {
      return [...values].flatMap(([site, value]) =>
        filter.kinds.map((kind) => cellNumber(site, kind, value)),
      );
    }
    return filter.numbers(segment.bucket.startsWith('m') ? minutesOf(segment) : [0]);
  };

  /** Adds up what lies in each of some spans, in minutes. */
  const sumAll = async (
    levels: Levels,
    spans: readonly { start: number; end: number }[],
    asked: Asked,
  ): Promise<Sum[]> => {
    const sums = spans.map((): Sum => ({ events: 0, visitors: createVisitors() }));
    const segments = spans.flatMap((span, i) =>
      segmentsOf(levels, span, asked.finest).map((segment) => ({ ...segment, sum: sums[i] as Sum })),
    );
    const days = [...new Set(segments.map(({ day }) => day))];
    const filters = await readFilters(server, root, { days, chosen: asked.chosen });
    const values = asked.dimension === 'total' ? undefined : await readValues(asked, filters);
    const byKey = new Map<string, typeof segments>();
    const wanted = new Map<string, Wanted>();
    for (const segment of segments) {
      const key = `${root}${segment.day}:${segment.bucket}:${asked.dimension}`;
      const filter = filters.get(segment.day) as Filter;
      const numbers = namedCells(asked, segment, filter, values?.get(segment.day) ?? new Map());
      const known = wanted.get(key);
      const together =
        known === undefined ? numbers : known.numbers && numbers && [...known.numbers, ...numbers];
      wanted.set(key, { key, numbers: together });
      byKey.set(key, [...(byKey.get(key) ?? []), segment]);
    }
    const logs: { key: string; sum: Sum }[] = [];

    const take = (cell: Cell): void => {
      const ofKey = byKey.get(cell.key) ?? [];
      const isMinute = ofKey[0]?.bucket.startsWith('m');
      const segment = isMinute
        ? ofKey.find(({ start, end }) => cell.value >= start % 60 && cell.value < (start % 60) + end - start)
        : ofKey[0];
      if (!segment || !filters.get(segment.day)?.accepts(cell)) return;
      segment.sum.events += cell.events;
      segment.sum.visitors.addSmall(cell.small);
      if (cell.log !== undefined) logs.push({ key: cell.log, sum: segment.sum });
    };

    await cells.read([...wanted.values()], asked.hasVisitors, take);
    for (const some of slices(logs, 30)) {
      let i = 0;
      await cells.readLogs(
        some.map(({ key }) => key),
        (log) => some[i++]?.sum.visitors.addLog(log),
      );
    }
    return sums;
  };

  const askedOf = (query: SeriesQuery): Asked => {
    const { dimension, value = null } = query;
    const finest = finestLevel(dimension);
    if (isTotal(dimension)) {
      const only = dimension && { dimension, value };
      return { dimension: 'total', value: null, finest, hasVisitors: true, chosen: { ...query, only } };
    }
    dimensionIndex(dimension, properties);
    return { dimension, value, finest, hasVisitors: withVisitors.includes(dimension), chosen: query };
  };

  return {
    async summary(levels: Levels, query: Span): Promise<Summary> {
      const { start, end } = createUnits((day) => levels.get(day) ?? 0, 1).widen(query);
      const asked: Asked = { dimension: 'total', value: null, finest: 0, hasVisitors: true, chosen: query };
      const [sum] = (await sumAll(levels, [{ start, end }], asked)) as [Sum];
      return {
        from: start * MINUTE,
        to: end * MINUTE,
        events: sum.events,
        visitors: sum.visitors.count(),
        visitorsExact: sum.visitors.isExact(),
      };
    },

    /** @throws PushtechError `STATS_DIMENSION`, `STATS_TIME_ZONE` (dead), before anything is asked */
    check(query: SeriesQuery): void {
      askedOf(query);
      checkTimeZone(query.tz);
    },

    async series(levels: Levels, query: SeriesQuery): Promise<Series> {
      const asked = askedOf(query);
      const interval = heldInterval(query.interval, levelIn(levels, query), query.dimension);
      const units = createUnits((day) => levels.get(day) ?? 0, LEVEL_MINUTES[asked.finest]);
      const starts = units.starts(boundaries(query.from, query.to, interval, query.tz));
      const spans = starts.slice(0, -1).map((start, i) => ({ start, end: starts[i + 1] as number }));
      const points: Series['points'] = [];
      for (const some of slices(spans, STEP_POINTS)) {
        const sums = await sumAll(levels, some, asked);
        for (const [i, { events, visitors }] of sums.entries()) {
          const point = { at: (some[i]?.start as number) * MINUTE, events };
          points.push(asked.hasVisitors ? { ...point, visitors: visitors.count() } : point);
        }
      }
      return {
        from: (starts[0] as number) * MINUTE,
        to: (starts.at(-1) as number) * MINUTE,
        interval,
        points,
      };
    },
  };
};
