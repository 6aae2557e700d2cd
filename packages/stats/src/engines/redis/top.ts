import { setImmediate as yieldOnce } from 'node:timers/promises';
import { createUnits, dimensionIndex, finestLevel, isTotal, LEVEL_MINUTES, MINUTE } from '../../spans.ts';
import type { Top, TopQuery } from '../../stats.ts';
import type { Cell, Cells, Wanted } from './cells.ts';
import { type Filter, type Levels, readFilters, type Segment, segmentsOf } from './days.ts';
import { NOT_KNOWN, OTHER, WIDTH, withVisitors } from './names.ts';
import type { Server } from './server.ts';
import { createVisitors } from './visitors.ts';

/** Steps of a loop between two looks at the event loop. */
const YIELD_EVERY = 500;

/** Cells of one value on one day. */
interface Found {
  events: number;
  small: Buffer[];
  logs: string[];
}

interface Row {
  value: string | null;
  events: number;
  /** Visitors of days that are counted. */
  visitors: number;
  /** Days with more visitors than lie in the cells. Only those of rows that are shown are read. */
  open: { small: Buffer[]; logs: string[] }[];
}

const inSteps = async <T>(list: Iterable<T>, take: (one: T) => void): Promise<void> => {
  let n = 0;
  for (const one of list) {
    take(one);
    n += 1;
    if (n % YIELD_EVERY === 0) await yieldOnce();
  }
};

/** UTF-16 units in the order of code points: those of pairs (beyond U+FFFF) come after all others. */
const rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};

/** The order of UTF-8, as SQLite has it; `null` last. */
const byText = (a: string | null, b: string | null): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
};

const byEvents = (a: Row, b: Row): number => b.events - a.events || byText(a.value, b.value);

/** The first `limit` rows, in order, without sorting all. */
const pickFirst = async (rows: Iterable<Row>, limit: number): Promise<Row[]> => {
  let best: Row[] = [];
  const cut = (): void => {
    best = best.sort(byEvents).slice(0, limit);
  };
  let least = -1;
  await inSteps(rows, (row) => {
    if (row.events < least) return;
    best.push(row);
    if (best.length < limit + YIELD_EVERY) return;
    cut();
    least = best.at(-1)?.events ?? -1;
  });
  cut();
  return best;
};

/** Those of one cell differ from each other. */
const countSmall = (small: readonly Buffer[]): number => {
  if (small.length < 2) return (small[0]?.length ?? 0) / WIDTH;
  const visitors = createVisitors();
  for (const one of small) visitors.addSmall(one);
  return visitors.count();
};

const addDay = (row: Row, { events, small, logs }: Found): void => {
  row.events += events;
  if (logs.length > 0) {
    // Copies: a slice would keep the whole reply it came in.
    row.open.push({ small: small.map((one) => Buffer.from(one)), logs });
    return;
  }
  row.visitors += countSmall(small);
};

export const createTop = (server: Server, cells: Cells, root: string, properties: readonly string[]) => {
  /** Number → text, of the values on one site and day. */
  const readNames = async (key: string): Promise<Map<number, string>> => {
    const names = new Map<number, string>();
    await inSteps(await cells.readTexts(key), ([text, id]) => names.set(id, text));
    return names;
  };

  const readDay = async (
    segments: readonly Segment[],
    { name, filter, hasVisitors }: { name: string; filter: Filter; hasVisitors: boolean },
    take: (cell: Cell) => void,
  ): Promise<void> => {
    const wanted = segments.map(({ day, bucket, start, end }): Wanted => {
      const minutes = bucket.startsWith('m')
        ? Array.from({ length: end - start }, (_, i) => (start + i) % 60)
        : [0];
      const numbers = name === 'total' ? filter.numbers(minutes) : undefined;
      return { key: `${root}${day}:${bucket}:${name}`, numbers };
    });
    const minutesIn = new Map(segments.map((one) => [`${root}${one.day}:${one.bucket}:${name}`, one]));
    await cells.read(wanted, hasVisitors, (cell) => {
      const { bucket, start, end } = minutesIn.get(cell.key) as Segment;
      const outside =
        bucket.startsWith('m') && (cell.value < start % 60 || cell.value >= (start % 60) + end - start);
      if (!outside && filter.accepts(cell)) take(cell);
    });
  };

  const countOpen = async (row: Row): Promise<void> => {
    for (const { small, logs } of row.open) {
      const visitors = createVisitors();
      for (const one of small) visitors.addSmall(one);
      await cells.readLogs(logs, visitors.addLog);
      row.visitors += visitors.count();
    }
  };

  const rowsOf = async (
    levels: Levels,
    query: TopQuery,
    { start, end }: { start: number; end: number },
  ): Promise<{ rows: Map<string | null, Row>; total: number }> => {
    const { dimension } = query;
    const bySeries = isTotal(dimension);
    const hasVisitors = withVisitors.includes(dimension);
    const segments = Map.groupBy(
      segmentsOf(levels, { start, end }, finestLevel(dimension)),
      ({ day }) => day,
    );
    const filters = await readFilters(server, root, { days: [...segments.keys()], chosen: query });
    const rows = new Map<string | null, Row>();
    let total = 0;

    const addTo = (value: string | null, found: Found): void => {
      const row = rows.get(value) ?? { value, events: 0, visitors: 0, open: [] };
      rows.set(value, row);
      addDay(row, found);
    };

    /** A cell's place: site, and number of the value there. `type` and `site` have no values of their own. */
    const placeOf = (cell: Cell): [site: number, id: number] => {
      if (!bySeries) return [cell.site, cell.value];
      return [0, dimension === 'site' ? cell.site : Math.floor(cell.kind / 2)];
    };

    for (const [day, ofDay] of segments) {
      const filter = filters.get(day) as Filter;
      const bySite = new Map<number, Map<number, Found>>();
      const name = bySeries ? 'total' : dimension;
      await readDay(ofDay, { name, filter, hasVisitors: hasVisitors || bySeries }, (cell) => {
        const [site, id] = placeOf(cell);
        const ofSite = bySite.get(site) ?? new Map<number, Found>();
        bySite.set(site, ofSite);
        total += cell.events;
        if (id === OTHER) return;
        const found = ofSite.get(id) ?? { events: 0, small: [], logs: [] };
        ofSite.set(id, found);
        found.events += cell.events;
        if (!hasVisitors) return;
        if (cell.log !== undefined) found.logs.push(cell.log);
        if (cell.small.length > 0) found.small.push(cell.small);
      });
      const byValue = new Map<string | null, Found>();
      for (const [site, ofSite] of bySite) {
        const key = bySeries ? `${root}${day}:${dimension}s` : `${root}${day}:values:${site}:${dimension}`;
        const names = await readNames(key);
        await inSteps(ofSite, ([id, found]) => {
          const value = id === NOT_KNOWN ? null : names.get(id);
          // A text that is gone went with its day.
          if (value === undefined) return;
          const known = byValue.get(value);
          if (!known) byValue.set(value, found);
          else {
            known.events += found.events;
            known.small.push(...found.small);
            known.logs.push(...found.logs);
          }
        });
      }
      await inSteps(byValue, ([value, found]) => addTo(value, found));
    }
    return { rows, total };
  };

  return {
    /** @throws PushtechError `STATS_DIMENSION` (dead), before anything is asked */
    check({ dimension }: TopQuery): void {
      if (!isTotal(dimension)) dimensionIndex(dimension, properties);
    },

    async top(levels: Levels, query: TopQuery): Promise<Top> {
      const finest = LEVEL_MINUTES[finestLevel(query.dimension)];
      const span = createUnits((day) => levels.get(day) ?? 0, finest).widen(query);
      const { rows, total } = await rowsOf(levels, query, span);
      const shown = await pickFirst(rows.values(), query.limit);
      const hasVisitors = withVisitors.includes(query.dimension);
      if (hasVisitors) for (const row of shown) await countOpen(row);
      return {
        from: span.start * MINUTE,
        to: span.end * MINUTE,
        dimension: query.dimension,
        rows: shown.map(({ value, events, visitors }) => ({
          value,
          events,
          ...(hasVisitors && { visitors }),
        })),
        other: { events: total - shown.reduce((sum, { events }) => sum + events, 0) },
        total: { events: total },
      };
    },
  };
};
