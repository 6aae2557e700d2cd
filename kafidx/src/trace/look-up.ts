import { type Topic, topics } from '@pushtech/event';
import type { Found, Log, LogRecord } from '@pushtech/log';
import { timeOfId } from './trace.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Where most ids are found: between a little before they were made and a little later. */
const NEAR = { before: 60_000, after: 10 * 60_000 };
/** How long one search may take, in ms. */
const WITHIN_MS = 2000;

export interface Looked {
  topic: Topic;
  records: LogRecord[];
  /** Epoch ms: how far back everything was looked at. */
  since: number;
  complete: boolean;
  /** Epoch ms of the oldest record there is. */
  oldest?: number;
}

const placeOf = ({ partition, position }: LogRecord): string => `${partition}/${position}`;

const join = (found: readonly Found[]): LogRecord[] => {
  const byPlace = new Map(found.flatMap(({ records }) => records.map((record) => [placeOf(record), record])));
  return [...byPlace.values()].sort((a, b) => a.at - b.at || a.position - b.position);
};

/**
 * The spans in which to look for an id, widest last. A sender's clock may be wrong by hours, and hits may come days after
 * they were made, so all since a day before is looked through; what lies near is looked for first, that it is found whatever
 * the size of the log. An id that tells no time, or one to come, may be anywhere.
 */
const spansOf = (id: string, now: number): { since?: number; until?: number }[] => {
  const made = timeOfId(id);
  if (made === undefined || made > now + DAY) return [{}];
  const wide = { since: Math.max(0, made - DAY) };
  const near = { since: Math.max(0, made - NEAR.before), until: made + NEAR.after };
  return near.until < now ? [near, wide] : [wide];
};

/** Looks for the records of one id in a topic. @throws what the log throws */
export const lookUp = async (log: Log, topic: Topic, id: string, now: number): Promise<Looked> => {
  const found: Found[] = [];
  for (const span of spansOf(id, now)) {
    found.push(await log.find(topic, id, { ...span, withinMs: WITHIN_MS }));
  }
  const widest = found.at(-1) as Found;
  const looked: Looked = {
    topic,
    records: join(found),
    since: Math.max(widest.searchedFrom, widest.oldest ?? 0),
    complete: widest.complete,
  };
  if (widest.oldest !== undefined) looked.oldest = widest.oldest;
  return looked;
};

/** Whether the tracker's count of a buffer entry is on the log: the entry was worked off. */
export const lookUpEntry = async (log: Log, batch: string): Promise<boolean> => {
  const made = timeOfId(batch);
  const span = made === undefined ? {} : { since: Math.max(0, made - HOUR) };
  const { records } = await log.find(topics.received, batch, { ...span, max: 1, withinMs: WITHIN_MS });
  return records.length > 0;
};
