export type PropertyValue =
  | string
  | number
  | boolean
  | null
  | readonly PropertyValue[]
  | { readonly [name: string]: PropertyValue };

/** One event. Names and limits are those of the tracker's `POST /t`. */
export interface SentEvent {
  type: string;
  /** A UUID; made here when there is none. The same id twice counts once. */
  id?: string;
  /** When it happened: a date, epoch ms or ISO 8601. Default: now. */
  at?: Date | number | string;
  site?: string;
  url?: string;
  ref?: string;
  title?: string;
  vid?: string;
  sid?: string;
  lat?: number;
  lng?: number;
  consent?: boolean;
  /** Of the person the event speaks of; these three need a token of scope `import`. */
  ip?: string;
  ua?: string;
  lang?: string;
  properties?: Readonly<Record<string, PropertyValue>>;
}

/**
 * What became of an event. `error` is the tracker's own code, or one of ours: `full` (too much waits), `closed`, `too_large`,
 * `not_json`, `unavailable` (not delivered when the sender was closed).
 */
export type Result =
  | { ok: true; id: string }
  | { ok: false; id: string; error: string; field?: string; message: string };

export interface Drop {
  event: SentEvent;
  result: Result & { ok: false };
}

export interface SenderOptions {
  /** Where events are posted, e.g. `https://trk.example.org/t`. */
  url: string;
  /** An API token; only imports need one. */
  token?: string;
  /** For events that name no site. */
  site?: string;
  /** Ask for an answer only once events survive a power cut of the tracker. */
  ack?: 'durable';
  /** Most events and bytes (as JSON) of one request; the tracker takes no more than 500 and 1 MiB. */
  batchItems?: number;
  batchBytes?: number;
  /** An event waits at most so long for others to go with it (ms). Default 1000. */
  waitMs?: number;
  /** Most events and bytes that wait; what comes on top is dropped as `full`. Default 10,000 and 32 MiB. */
  queueItems?: number;
  queueBytes?: number;
  /** One request may take so long (ms). Default 30,000. */
  timeoutMs?: number;
  /** Told of each event that is given up. */
  onDrop?: (drop: Drop) => void;
  /** Epoch ms. */
  clock?: () => number;
}

export interface Counts {
  /** Taken by the tracker. */
  delivered: number;
  /** Requests that had to be made again. */
  retries: number;
  /** Given up, by `error`. */
  dropped: Record<string, number>;
  /** Not yet delivered. */
  waiting: number;
  waitingBytes: number;
}

export interface Sender {
  /** Puts an event into the queue. Never throws or rejects; the promise may be left alone. */
  send(event: SentEvent): Promise<Result>;
  /** Sends what waits now; ends when all of it is delivered or given up. */
  flush(): Promise<void>;
  /** Takes no more events, and tries to deliver the rest. @param withinMs then what is left is given up. Default 10,000 */
  close(withinMs?: number): Promise<void>;
  counts(): Counts;
}
