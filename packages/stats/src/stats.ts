import type { DeadLetter, DropRecord, Event, ReceivedRecord } from '@pushtech/event';

/**
 * A record of the log, read. `origin` is `<buffer entry>/<index>`: the same origin twice is a redelivery. `goals`: ids of the
 * goals that the event meets, none twice and without a blank; it is counted once more under the type `goal/<id>` of each.
 */
export type StatsRecord =
  | { kind: 'event'; event: Event; origin?: string; goals?: readonly string[] }
  | { kind: 'dead'; dead: DeadLetter; origin?: string }
  | { kind: 'dropped'; dropped: DropRecord; origin?: string }
  | { kind: 'received'; received: ReceivedRecord };

/** Some records of one partition, in order. */
export interface StatsBatch {
  /** `<topic>/<partition>`. */
  source: string;
  /** Position this batch continues from; it is applied only if that equals the stored one (0 where none is stored). */
  from: number;
  /** Position after it. */
  next: number;
  records: StatsRecord[];
  /** Start over at `from` whatever is stored: the log is a new one. */
  newEpoch?: boolean;
}

export type ApplyResult =
  | { applied: true; counted: number; duplicates: number }
  /** Nothing was changed: go on from `expected`. */
  | { applied: false; expected: number };

export type BotsFilter = 'exclude' | 'include' | 'only';

export interface Span {
  /** Epoch ms, half-open, widened to the finest bucket held. */
  from: number;
  to: number;
  site?: string;
  /** Without it: all types but `heartbeat` and those of goals, `goal/<id>`. */
  type?: string;
  /** Default `exclude`. */
  bots?: BotsFilter;
}

export type Interval = 'minute' | 'hour' | 'day';

export interface Summary {
  from: number;
  to: number;
  events: number;
  visitors: number;
  visitorsExact: boolean;
}

export interface SeriesQuery extends Span {
  interval: Interval;
  /** IANA name: where days (and hours, in zones off by half an hour) begin. Default UTC. */
  tz?: string;
  dimension?: string;
  value?: string | null;
}

export interface Series {
  from: number;
  to: number;
  interval: Interval;
  /** Gaps are zeros. `visitors` is absent where a dimension does not count them. */
  points: { at: number; events: number; visitors?: number }[];
}

export interface TopQuery extends Span {
  dimension: string;
  /** Rows at the most. */
  limit: number;
}

export interface Top {
  from: number;
  to: number;
  dimension: string;
  /** Most events first, then by value; `null` = not known. */
  rows: { value: string | null; events: number; visitors?: number }[];
  /** Events in no row: beyond `limit`, or beyond the cardinality cap. */
  other: { events: number };
  total: { events: number };
}

export interface LedgerQuery {
  /** Epoch ms of receipt, half-open, widened to whole minutes. */
  from?: number;
  to?: number;
  /** The label of one import; without it: all but `heartbeat`. */
  run?: string;
}

/** received + redelivered = kept + dead + Σ dropped, and kept = counted + duplicates. */
export interface Ledger {
  received: number;
  redelivered: number;
  kept: number;
  dead: number;
  dropped: Record<string, number>;
  counted: number;
  duplicates: number;
  /** How long and how many ids are recognised. */
  window: { days: number; ids: number };
  /** The newest heartbeat (run `heartbeat`) that was counted: its receipt (epoch ms), and how long it took from there. */
  road?: { at: number; delayMs: number };
}

/** What the duplicate window says of an id. */
export interface Seen {
  /** Whether it was counted and is still recognised: the same id again would be a duplicate. */
  known: boolean;
  /** When the one that was counted was received: epoch ms, to the second. Only where it is known. */
  receivedAt?: number;
  /**
   * Epoch ms. Of an id received at or after it, `known: false` means that it was never counted (or not yet, or is older
   * than the retention); of one received before, nobody can tell any more.
   */
  since: number;
}

/**
 * Counters. Promises, proved by `test/contract.ts`:
 * - counters and position of a batch change together or not at all; a batch applied twice changes nothing;
 * - an id counted within the window is a duplicate: it is on the ledger and in no number;
 * - what an event counts for goals changes with it; of the ledger and of questions without a type goals are no part;
 * - event counts are exact; visitors in totals are exact on SQLite, elsewhere within ±3 %,
 *   and where `visitorsExact` says so, exact there too;
 * - up to 50,000 values per dimension, site and day, 1,000 sites and 200 types a day; beyond that: `other`.
 *   Goals are types; beyond twice as many as that, they are not counted (the events are);
 * - a query never holds the event loop or a batch.
 *
 * Eight methods with `close`, one more than we like: `seen` is the only one that asks about a single event. It belongs
 * here because nobody else knows which ids were counted, and the answer must not be able to differ from what `apply` does.
 */
export interface Stats {
  apply(batch: StatsBatch): Promise<ApplyResult>;
  /** The stored position of a source, `undefined` where there is none. */
  position(source: string): Promise<number | undefined>;
  summary(query: Span): Promise<Summary>;
  series(query: SeriesQuery): Promise<Series>;
  top(query: TopQuery): Promise<Top>;
  ledger(query: LedgerQuery): Promise<Ledger>;
  /** Whether an event was counted, as long as its id is recognised. One lookup; changes nothing. */
  seen(id: string): Promise<Seen>;
  close(): Promise<void>;
}
