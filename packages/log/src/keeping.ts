import { topics } from '@pushtech/event';

export interface Keeping {
  /** Older records go; 0 = none goes for its age. */
  ms: number;
  /** Of the topic; 0 = none goes for its size. */
  bytes: number;
}

/**
 * How long a topic keeps records. Erasures must outlast the events they are about: Kafka deletes a segment when its newest
 * record is too old, SQLite waits for slow groups. So they stay twice as long, and never go for their size.
 */
export const keepingOf = (topic: string, { ms, bytes }: Keeping): Keeping =>
  topic === topics.erased ? { ms: ms * 2, bytes: 0 } : { ms, bytes };
