export { openStatsArchive, type Position, type StatsArchive, type StatsCopy } from './archive.ts';
export { type Cell, toCsv } from './csv.ts';
export { dimensions, propertyDimension } from './dimensions.ts';
export { type Eraser, openEraser, type Traces } from './erase.ts';
export { goalType } from './goals.ts';
export { openStats } from './open.ts';
export type { Caps, StatsOptions } from './options.ts';
export { prepareStats } from './prepare.ts';
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
