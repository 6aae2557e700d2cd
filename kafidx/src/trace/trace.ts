import type { say } from '@pushtech/ui';

/** `known`: it happened. `unknown`: looked for and not found. `expired`: too old for anybody to tell. `unavailable`: could not be asked. */
export type State = 'known' | 'unknown' | 'expired' | 'unavailable' | 'not built';

export const partNames = ['received', 'enriched', 'kept', 'counted', 'acted'] as const;
export type PartName = (typeof partNames)[number];

/** A sentence by its name in the language files. */
export interface Note {
  code: string;
  values?: Parameters<typeof say>[1];
}

export interface TracePart {
  part: PartName;
  state: State;
  /** What became of it, of `kept`. */
  outcome?: 'kept' | 'dead' | 'dropped';
  /** ISO 8601. */
  at?: string;
  /** Since the part before that has a time. */
  afterMs?: number;
  notes: Note[];
}

export interface TraceRecord {
  topic: string;
  partition: number;
  position: number;
  /** When it was appended, ISO 8601. */
  at: string;
  /** `<buffer entry>/<index>`: the same twice is a redelivery. */
  origin?: string;
  /** The record, read; its text where it is no JSON. */
  record: unknown;
}

export type Verdict = 'counted' | 'kept' | 'dead' | 'dropped' | 'unknown' | 'expired' | 'unavailable';

export interface Trace {
  id: string;
  /** When the id was made, where it says so (UUIDv7). ISO 8601. */
  madeAt?: string;
  verdict: Verdict;
  parts: TracePart[];
  /** Came again from the sender; came again by way of the buffer. */
  duplicates: number;
  redeliveries: number;
  /** All that lies on the log, oldest first. */
  records: TraceRecord[];
  /** What was looked through, by topic, and how far back. */
  looked: { topic: string; since: string; complete: boolean }[];
}

/** Epoch ms that a UUIDv7 tells; `undefined` for other versions. */
export const timeOfId = (id: string): number | undefined =>
  id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;

export const iso = (at: number): string => new Date(at).toISOString();
