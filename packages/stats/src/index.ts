export { dimensions } from './dimensions.ts';
export { openStats } from './open.ts';
export type { Caps, StatsOptions } from './options.ts';
export type {
  ApplyResult,
  BotsFilter,
  Interval,
  Ledger,
  LedgerQuery,
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
export { isTimeZone } from './zones.ts';
