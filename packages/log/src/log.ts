/** What is appended. `key` decides the partition where there are several. */
export interface NewRecord {
  topic: string;
  key: string;
  value: string;
  /** Small facts about the record that are not part of it, e.g. where it came from. */
  headers?: Record<string, string>;
}

export interface LogRecord extends NewRecord {
  partition: number;
  /** Rises by at least 1 from record to record of a partition. */
  position: number;
  /** Epoch ms of the append. */
  at: number;
}

/** Records of one partition, in order. `next` is the position to go on from. */
export interface Batch {
  topic: string;
  partition: number;
  /** The position this batch continues from: of its first record, or before it where records have been deleted. */
  from: number;
  next: number;
  records: LogRecord[];
}

/** Where to begin: a position, the oldest record kept, the end, or the first record appended at or after a time. */
export type Start = number | 'earliest' | 'latest' | { time: number };

export interface SubscribeOptions {
  topics: readonly string[];
  group: string;
  /** Records per batch at the most. */
  maxRecords?: number;
  /**
   * Asked each time a partition is given to this member. Without it, or when it answers `undefined`,
   * the group's committed position counts, and the oldest record where there is none. A position past the end belongs
   * to a log that is gone: reading starts over at the oldest record.
   */
  startAt?: (topic: string, partition: number) => Promise<Start | undefined>;
  /**
   * Called for one batch of a partition at a time; the records are shared, so do not change them. When it resolves,
   * `next` is committed for the group: within a second, and at `stop` (a crash in between repeats it). When it answers
   * `{seek}`, nothing is committed and the partition goes on from there. When it throws an error of kind `retry`, the
   * batch comes again after a back-off (0.1 s doubling to 5 s); any other error ends the subscription (`failed`).
   */
  handle: (batch: Batch) => Promise<undefined | { seek: number }>;
}

export interface TailOptions {
  topics: readonly string[];
  /** Default `latest`. */
  from?: Start;
  maxRecords?: number;
  /** Errors count as in `SubscribeOptions`: kind `retry` brings the batch again, any other ends the tail. */
  handle: (batch: Batch) => Promise<void> | void;
}

export interface Subscription {
  /** Rejects when the subscription ended by an error; never resolves otherwise. */
  failed: Promise<never>;
  /** Waits for the running `handle`, commits, leaves the group. May be called twice. */
  stop(): Promise<void>;
}

export interface PartitionRange {
  partition: number;
  /** Position of the oldest record kept (= `end` when there is none). */
  start: number;
  /** Position the next record will get. */
  end: number;
  /** The group's committed position, where `group` was named and has one. */
  committed?: number;
}

export interface FindOptions {
  /** Epoch ms of the append, half-open. Default: all that is kept. */
  since?: number;
  until?: number;
  /** Records answered at the most. Default 100. */
  max?: number;
  /** The search ends after so many ms, default 2,000, … */
  withinMs?: number;
  /** … and when so many records were looked at, default 2,000,000: a few more may be. */
  maxRead?: number;
}

/** Epoch ms throughout. */
export interface Found {
  /** The newest first. */
  records: LogRecord[];
  /**
   * Every record with the key that was appended from here (included) to here (not included) is among `records`: from
   * `since` on where `complete`, else as far back as there was time. Going on with `until: searchedFrom` misses none,
   * and may give some again (`position` tells).
   */
  searchedFrom: number;
  searchedUntil: number;
  /** Nothing in the span was left out. */
  complete: boolean;
  /** Append of the oldest record kept where the key would lie; absent where there is none. What is older, nobody can tell. */
  oldest?: number;
}

/**
 * Topics of records that stay for a while and can be read again. Promises, proved by `test/contract.ts`:
 * - an append that has resolved is on the log for good (power cut included) until retention takes it; one that was
 *   refused may be there in part (SQLite: never), so the caller repeats the whole of it;
 * - every record reaches every group at least once; a group's members share partitions; a member that lost its partition
 *   (10 s without a sign of life) cannot commit for it any more; its subscription drops the batch and rejoins by itself;
 * - texts are kept as UTF-8: a lone surrogate comes back as U+FFFD;
 * - tailing leaves no trace in the log;
 * - retention by age (`?retentionMs=`) and size (`?retentionBytes=`); SQLite never deletes what a known group has not
 *   committed (one that had no member for `?groupMs=`, 30 days, is known no more), and refuses appends past `?maxBytes=` with `LOG_FULL` (kind `retry`).
 */
export interface Log {
  /** Records that go best into one append: more hold others up, fewer cost more each. */
  readonly appendSize: number;
  /** All or none on SQLite, in one transaction. */
  append(records: readonly NewRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Reads along without a group. */
  tail(options: TailOptions): Promise<Subscription>;
  /** Looks records up without following: at most `max` from `from` on. */
  read(topic: string, partition: number, from: Start, max: number): Promise<Batch>;
  /**
   * Records of a topic with exactly this key, appended in a span of time; the search begins with the newest. There is no
   * index (it would make each append a third dearer): name a short span where you can.
   */
  find(topic: string, key: string, options?: FindOptions): Promise<Found>;
  ranges(topic: string, group?: string): Promise<PartitionRange[]>;
  close(): Promise<void>;
}
