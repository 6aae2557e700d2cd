/** One entry as a worker gets it. `body` is the text that was appended. */
export interface Entry {
  id: string;
  body: string;
  /** True when some worker had it before and did not acknowledge it. */
  redelivered: boolean;
}

export interface TakeOptions {
  /** A stable name: a worker that comes back under its name gets its own unacknowledged entries at once. */
  worker: string;
  /** At most this many entries; fewer where they are large: 1 MiB together, or one that is larger. */
  max: number;
  /** How long to wait for the first entry, in ms. */
  waitMs: number;
  /** Ends the wait early; the answer is then empty. */
  signal?: AbortSignal;
}

export interface BufferStatus {
  /** Entries that are not acknowledged; of several servers, on those that answer. */
  entries: number;
  bytes: number;
  maxBytes: number;
  /** Epoch ms of the oldest entry that is not acknowledged. */
  oldestAt?: number;
}

/**
 * Hits between tracker and enricher. Promises, kept by every engine and proved by `test/contract.ts`:
 * - an entry whose append has resolved is delivered at least once, until it is acknowledged;
 * - `durable` appends survive a power cut (Redis with `appendfsync everysec`: all but the last 2 s of them), others survive
 *   the death of every process of ours;
 * - an entry is with one worker at a time; 15 s (`?idleMs=`) after its taking without an ack another worker gets it;
 * - texts are kept as UTF-8: a lone surrogate comes back as U+FFFD;
 * - only acknowledged entries are ever deleted;
 * - a full buffer (`?maxBytes=`) refuses with `BUFFER_FULL`, an engine out of reach with `BUFFER_DOWN`, both of kind `retry`.
 */
export interface Buffer {
  append(body: string, options?: { durable?: boolean }): Promise<void>;
  /** Oldest first; an empty list when nothing came within `waitMs`. */
  take(options: TakeOptions): Promise<Entry[]>;
  /** Unknown ids are ignored: an ack may be repeated. */
  ack(ids: readonly string[]): Promise<void>;
  status(): Promise<BufferStatus>;
  close(): Promise<void>;
}
