import { HEARTBEAT } from '@pushtech/event';
// Runs on a thread of its own, on a read-only connection: see createReader of @pushtech/sqlite.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { goalType } from '../../goals.ts';
import {
  createUnits,
  daysOf,
  dimensionIndex,
  finestLevel,
  heldInterval,
  isTotal,
  propertyOf,
} from '../../spans.ts';
import type { Ledger, LedgerQuery, Series, SeriesQuery, Span, Summary, Top, TopQuery } from '../../stats.ts';
import { boundaries } from '../../zones.ts';
import {
  DAY_MINUTES,
  FOR_EVER,
  LEVEL_MINUTES,
  MINUTE,
  NOT_KNOWN,
  OTHER,
  PROPERTY_BASE,
  ROAD_AT,
  ROAD_DELAY,
  TOTALS,
  visitColumns,
} from './schema.ts';

export { seen } from './seen.ts';

const NOBODY = -1;

type Row = Record<string, unknown>;

const idOf = (db: DatabaseSync, prefix: string, text: string | null): number => {
  if (text === null) return NOT_KNOWN;
  const row = db.prepare(`SELECT id FROM ${prefix}stats_names WHERE text = ?`).get(text.toWellFormed());
  return row ? Number(row.id) : NOBODY;
};

/** Types are names that are never forgotten. The text after `goal/` in order is `goal0`. */
const goalIds = (db: DatabaseSync, prefix: string): number[] =>
  db
    .prepare(`SELECT id FROM ${prefix}stats_names WHERE text >= ? AND text < 'goal0' AND day = ?`)
    .all(goalType(''), FOR_EVER)
    .map((row) => Number(row.id));

/** What of a row's series `s` a query wants. Only numbers go into the text. */
const seriesFilter = (db: DatabaseSync, prefix: string, { site, type, bots = 'exclude' }: Span): string => {
  const parts = ['1'];
  if (site !== undefined) parts.push(`s.site = ${idOf(db, prefix, site)}`);
  if (type !== undefined) parts.push(`s.type = ${idOf(db, prefix, type)}`);
  else {
    const goals = goalIds(db, prefix);
    parts.push(`s.type <> ${idOf(db, prefix, HEARTBEAT)}`);
    if (goals.length > 0) parts.push(`s.type NOT IN (${goals.join(', ')})`);
  }
  if (bots !== 'include') parts.push(`s.bot = ${bots === 'only' ? 1 : 0}`);
  return parts.join(' AND ');
};

const levels = (db: DatabaseSync, prefix: string) => {
  const read = db.prepare(`SELECT level FROM ${prefix}stats_days WHERE day = ?`);
  return (day: number): number => Number(read.get(day)?.level ?? 0);
};

const dimensionIdOf = (
  db: DatabaseSync,
  prefix: string,
  name: string,
  properties: readonly string[],
): number => {
  const index = dimensionIndex(name, properties);
  const property = propertyOf(name, index);
  if (property === undefined) return index + 1;
  const id = idOf(db, prefix, property);
  return id === NOBODY ? NOBODY : PROPERTY_BASE + id;
};

const number = (row: Row | undefined, name: string): number => Number(row?.[name] ?? 0);

/** Sums events and counts visitors of `[start, end)` over and over with the same statements. */
const createSums = (
  db: DatabaseSync,
  prefix: string,
  {
    filter,
    dimension,
    value,
    column,
  }: { filter: string; dimension: number; value: number; column?: string | undefined },
) => {
  const series = `CROSS JOIN ${prefix}stats_series s ON s.id = c.series`;
  const events = db.prepare(
    `SELECT sum(c.events) AS n FROM ${prefix}stats_counters c ${series}
     WHERE c.dimension = ? AND c.bucket >= ? AND c.bucket < ? AND c.value = ? AND ${filter}`,
  );
  const visitors = db.prepare(
    `SELECT count(DISTINCT c.visitor) AS n FROM ${prefix}stats_visits c ${series}
     WHERE c.bucket >= ? AND c.bucket < ? AND ${filter}${column ? ` AND c.${column} = ${value}` : ''}`,
  );
  return {
    events: (start: number, end: number) => number(events.get(dimension, start, end, value), 'n'),
    visitors: (start: number, end: number) => number(visitors.get(start, end), 'n'),
  };
};

/** The column of visits that holds a dimension's value, where there is one. */
const visitColumn = (name: string | undefined) => visitColumns.find((column) => column === name);

export const summary = (db: DatabaseSync, prefix: string, query: Span): Summary => {
  const { start, end } = createUnits(levels(db, prefix), 1).widen(query);
  const filter = seriesFilter(db, prefix, query);
  const sums = createSums(db, prefix, { filter, dimension: TOTALS, value: 0 });
  return {
    from: start * MINUTE,
    to: end * MINUTE,
    events: sums.events(start, end),
    visitors: sums.visitors(start, end),
    visitorsExact: true,
  };
};

/** The highest level of a day in a span. */
const highestLevel = (db: DatabaseSync, prefix: string, query: Span): number => {
  const row = db
    .prepare(`SELECT max(level) AS level FROM ${prefix}stats_days WHERE day >= ? AND day < ?`)
    .get(...daysOf(query));
  return number(row, 'level');
};

/** `type` and `site` are told apart by series, everything else by value. */
const wanted = (db: DatabaseSync, prefix: string, query: SeriesQuery, properties: readonly string[]) => {
  const filter = seriesFilter(db, prefix, query);
  const { dimension: name, value = null } = query;
  if (name === undefined) return { filter, dimension: TOTALS, value: 0 };
  const id = idOf(db, prefix, value);
  if (name === 'type' || name === 'site')
    return { filter: `${filter} AND s.${name} = ${id}`, dimension: TOTALS, value: 0 };
  return {
    filter,
    dimension: dimensionIdOf(db, prefix, name, properties),
    value: id,
    column: visitColumn(name),
  };
};

export const series = (
  db: DatabaseSync,
  prefix: string,
  query: SeriesQuery,
  properties: readonly string[],
): Series => {
  const sums = createSums(db, prefix, wanted(db, prefix, query, properties));
  const interval = heldInterval(query.interval, highestLevel(db, prefix, query), query.dimension);
  const units = createUnits(levels(db, prefix), LEVEL_MINUTES[finestLevel(query.dimension)]);
  const starts = units.starts(boundaries(query.from, query.to, interval, query.tz));
  const withVisitors = isTotal(query.dimension) || visitColumn(query.dimension) !== undefined;
  const points = starts.slice(0, -1).map((start, i) => {
    const end = starts[i + 1] as number;
    const point = { at: start * MINUTE, events: sums.events(start, end) };
    if (!withVisitors) return point;
    return { ...point, visitors: point.events === 0 ? 0 : sums.visitors(start, end) };
  });
  return { from: (starts[0] as number) * MINUTE, to: (starts.at(-1) as number) * MINUTE, interval, points };
};

/** Visitors per value; those of several days add up. */
const visitorsOf = (
  db: DatabaseSync,
  prefix: string,
  {
    column,
    start,
    end,
    filter,
    ids,
  }: { column: string; start: number; end: number; filter: string; ids: number[] },
): Map<number, number> => {
  const rows = db
    .prepare(
      `SELECT value, count(*) AS n FROM (
         SELECT DISTINCT c.${column} AS value, c.bucket / ${DAY_MINUTES}, c.visitor
         FROM ${prefix}stats_visits c CROSS JOIN ${prefix}stats_series s ON s.id = c.series
         WHERE c.bucket >= ? AND c.bucket < ? AND c.${column} IN (SELECT value FROM json_each(?)) AND ${filter})
       GROUP BY value`,
    )
    .all(start, end, JSON.stringify(ids));
  return new Map(rows.map((row) => [number(row, 'value'), number(row, 'n')]));
};

export const top = (
  db: DatabaseSync,
  prefix: string,
  query: TopQuery,
  properties: readonly string[],
): Top => {
  const total = isTotal(query.dimension);
  const dimension = total ? TOTALS : dimensionIdOf(db, prefix, query.dimension, properties);
  const { start, end } = createUnits(levels(db, prefix), LEVEL_MINUTES[finestLevel(query.dimension)]).widen(
    query,
  );
  const filter = seriesFilter(db, prefix, query);
  const grouped = total ? `s.${query.dimension}` : 'c.value';
  const from = `FROM ${prefix}stats_counters c CROSS JOIN ${prefix}stats_series s ON s.id = c.series
    WHERE c.dimension = ? AND c.bucket >= ? AND c.bucket < ? AND ${filter}`;
  const range: SQLInputValue[] = [dimension, start, end];
  const rows = db
    .prepare(
      `SELECT g.value, n.text, g.events, sum(g.events) OVER () AS total
       FROM (SELECT ${grouped} AS value, sum(c.events) AS events ${from} GROUP BY 1) g
       LEFT JOIN ${prefix}stats_names n ON n.id = g.value
       ORDER BY g.value = ${OTHER}, g.events DESC, n.text NULLS LAST LIMIT ?`,
    )
    .all(...range, query.limit);
  const all = rows[0] ? number(rows[0], 'total') : 0;
  const shown = rows.filter((row) => row.value !== OTHER);
  const ids = shown.map((row) => number(row, 'value'));
  const visits = visitColumn(query.dimension);
  const visitors = visits && visitorsOf(db, prefix, { column: visits, start, end, filter, ids });
  return {
    from: start * MINUTE,
    to: end * MINUTE,
    dimension: query.dimension,
    rows: shown.map((row) => ({
      value: (row.text as string | null) ?? null,
      events: number(row, 'events'),
      ...(visitors && { visitors: visitors.get(number(row, 'value')) ?? 0 }),
    })),
    other: { events: all - shown.reduce((sum, row) => sum + number(row, 'events'), 0) },
    total: { events: all },
  };
};

const roadOf = (db: DatabaseSync, prefix: string): Pick<Ledger, 'road'> => {
  const read = db.prepare(`SELECT n FROM ${prefix}stats_state WHERE name = ?`);
  const at = read.get(ROAD_AT);
  return at ? { road: { at: Number(at.n), delayMs: number(read.get(ROAD_DELAY), 'n') } } : {};
};

export const ledger = (
  db: DatabaseSync,
  prefix: string,
  { from, to, run }: LedgerQuery,
  window: Ledger['window'],
): Ledger => {
  const where = `WHERE minute >= ? AND minute < ? AND run ${run === undefined ? '<>' : '='} ?`;
  const range: SQLInputValue[] = [
    Math.floor((from ?? 0) / MINUTE),
    to === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(to / MINUTE),
    (run ?? HEARTBEAT).toWellFormed(),
  ];
  const sums = db
    .prepare(
      `SELECT sum(received) AS received, sum(redelivered) AS redelivered, sum(counted) AS counted,
              sum(duplicates) AS duplicates, sum(dead) AS dead FROM ${prefix}stats_ledger ${where}`,
    )
    .get(...range);
  const drops = db
    .prepare(`SELECT reason, sum(n) AS n FROM ${prefix}stats_drops ${where} GROUP BY reason ORDER BY reason`)
    .all(...range);
  return {
    received: number(sums, 'received'),
    redelivered: number(sums, 'redelivered'),
    kept: number(sums, 'counted') + number(sums, 'duplicates'),
    dead: number(sums, 'dead'),
    dropped: Object.fromEntries(drops.map((row) => [String(row.reason), number(row, 'n')])),
    counted: number(sums, 'counted'),
    duplicates: number(sums, 'duplicates'),
    window,
    ...roadOf(db, prefix),
  };
};
