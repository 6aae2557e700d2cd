export { type Cell, toCsv } from './csv.ts';
export { dimensions, propertyDimension } from './dimensions.ts';
export { goalType } from './goals.ts';
export { openStats } from './open.ts';
export type { Caps, StatsOptions } from './options.ts';
export type {
  ApplyResult,
  BotsFilter,
  Interval,
  Ledger,
  LedgerQuery,
  Seen,
  Series,
  SeriesQuery,
  Span,
  Stats,
  StatsBatch,
  StatsRecord,
  Summary,
  Top,
  TopQuery,
} from './stats.ts';
export { dayStart, isTimeZone, localDay } from './zones.ts';
