// Runs on a thread of its own, on a read-only connection: see createReader of @pushtech/sqlite.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { dimensions, dimensionsWith } from '../../dimensions.ts';
import { statsError } from '../../errors.ts';
import type {
  Interval,
  Ledger,
  LedgerQuery,
  Series,
  SeriesQuery,
  Span,
  Summary,
  Top,
  TopQuery,
} from '../../stats.ts';
import { boundaries } from '../../zones.ts';
import {
  DAY_MINUTES,
  LEVEL_MINUTES,
  MINUTE,
  NOT_KNOWN,
  OTHER,
  PROPERTY_BASE,
  TOTALS,
  visitColumns,
} from './schema.ts';

const NOBODY = -1;
const INTERVALS: readonly Interval[] = ['minute', 'hour', 'day'];
const PROPERTY = 'properties.';

type Row = Record<string, unknown>;

const idOf = (db: DatabaseSync, prefix: string, text: string | null): number => {
  if (text === null) return NOT_KNOWN;
  const row = db.prepare(`SELECT id FROM ${prefix}stats_names WHERE text = ?`).get(text.toWellFormed());
  return row ? Number(row.id) : NOBODY;
};

/** What of a row's series `s` a query wants. Only numbers go into the text. */
const seriesFilter = (db: DatabaseSync, prefix: string, { site, type, bots = 'exclude' }: Span): string => {
  const parts = ['1'];
  if (site !== undefined) parts.push(`s.site = ${idOf(db, prefix, site)}`);
  if (type !== undefined) parts.push(`s.type = ${idOf(db, prefix, type)}`);
  else parts.push(`s.type <> ${idOf(db, prefix, 'heartbeat')}`);
  if (bots !== 'include') parts.push(`s.bot = ${bots === 'only' ? 1 : 0}`);
  return parts.join(' AND ');
};

/** Minutes in the buckets that the day of a moment is held in. */
const createUnits = (db: DatabaseSync, prefix: string, atLeast: number) => {
  const read = db.prepare(`SELECT level FROM ${prefix}stats_days WHERE day = ?`);
  const unitAt = (minute: number): number => {
    const level = Number(read.get(Math.floor(minute / DAY_MINUTES))?.level ?? 0);
    return Math.max(atLeast, LEVEL_MINUTES[level] as number);
  };
  const floor = (minute: number): number => Math.floor(minute / unitAt(minute)) * unitAt(minute);
  return {
    floor,
    ceil: (minute: number): number => {
      const start = floor(minute);
      return start === minute ? minute : start + unitAt(minute);
    },
  };
};

/** The range in minutes, widened at both ends to buckets that are held. */
const widen = (db: DatabaseSync, prefix: string, { from, to }: Span, atLeast: number) => {
  const units = createUnits(db, prefix, atLeast);
  const start = units.floor(Math.floor(from / MINUTE));
  return { start, end: Math.max(start, units.ceil(Math.ceil(to / MINUTE))) };
};

const isTotal = (dimension: string | undefined): boolean =>
  dimension === undefined || dimension === 'type' || dimension === 'site';

const dimensionIdOf = (
  db: DatabaseSync,
  prefix: string,
  name: string,
  properties: readonly string[],
): number => {
  const index = dimensionsWith(properties).findIndex((dimension) => dimension.name === name);
  if (index < 0) {
    const hint = name.startsWith(PROPERTY) ? '; properties are counted when STATS_PROPERTIES names them' : '';
    throw statsError('STATS_DIMENSION', `nothing is counted by "${name}"${hint}`);
  }
  if (index < dimensions.length) return index + 1;
  const id = idOf(db, prefix, name.slice(PROPERTY.length));
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
  const { start, end } = widen(db, prefix, query, 1);
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

/** The interval asked for, or the finest one that all days in it are held at. */
const heldInterval = (db: DatabaseSync, prefix: string, query: SeriesQuery): Interval => {
  const row = db
    .prepare(`SELECT max(level) AS level FROM ${prefix}stats_days WHERE day >= ? AND day < ?`)
    .get(Math.floor(query.from / MINUTE / DAY_MINUTES), Math.ceil(query.to / MINUTE / DAY_MINUTES));
  const held = Math.max(number(row, 'level'), isTotal(query.dimension) ? 0 : 1);
  return INTERVALS[Math.max(held, INTERVALS.indexOf(query.interval))] as Interval;
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
  const interval = heldInterval(db, prefix, query);
  const units = createUnits(db, prefix, isTotal(query.dimension) ? 1 : 60);
  const local = boundaries(query.from, query.to, interval, query.tz).map((at) => Math.floor(at / MINUTE));
  const starts = [...new Set([...local.slice(0, -1).map(units.floor), units.ceil(local.at(-1) as number)])];
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
  const { start, end } = widen(db, prefix, query, total ? 1 : 60);
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

export const ledger = (
  db: DatabaseSync,
  prefix: string,
  { from, to, run }: LedgerQuery,
  window: Ledger['window'],
): Ledger => {
  const where = `WHERE minute >= ? AND minute < ?${run === undefined ? '' : ' AND run = ?'}`;
  const range: SQLInputValue[] = [
    Math.floor((from ?? 0) / MINUTE),
    to === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(to / MINUTE),
    ...(run === undefined ? [] : [run.toWellFormed()]),
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
  };
};
