import type { Dimension } from '../../dimensions.ts';
import type { StatsRecord } from '../../stats.ts';

/** A record that is no event. */
export type Books = Exclude<StatsRecord, { kind: 'event' }>;

/** What goes to the writer's thread: a flat list of texts is copied several times faster than events are. */
export type Fact = string | boolean | null | undefined | Books;

/** Where an event's facts lie, from its first on; the values of the dimensions come last. */
export const ORIGIN = 0;
export const ID = 1;
export const RECEIVED_AT = 2;
export const OCCURRED_AT = 3;
export const SITE = 4;
export const TYPE = 5;
export const IS_BOT = 6;
export const VISITOR = 7;
export const RUN = 8;
/** Goals that the event meets, parted by blanks. */
export const GOALS = 9;
export const VALUES = 10;

/** A `Books` stands where an event's origin would: nothing else here is an object. */
export const isBooks = (fact: Fact): fact is Books => typeof fact === 'object' && fact !== null;

/** Only what is counted of it: a dead letter carries the original too. */
const booksOf = (record: Books): Books => {
  if (record.kind !== 'dead') return record;
  const { at, run, reason, step, position } = record.dead;
  const dead = { at, reason, step, position, message: '', original: '', encoding: 'utf8' as const };
  return { ...record, dead: run === undefined ? dead : { ...dead, run } };
};

/** The facts of `records[start…end)`. */
export const readFacts = (
  records: readonly StatsRecord[],
  start: number,
  end: number,
  dimensions: readonly Dimension[],
): Fact[] => {
  const facts: Fact[] = [];
  for (let i = start; i < end; i++) {
    const record = records[i] as StatsRecord;
    if (record.kind !== 'event') {
      facts.push(booksOf(record));
      continue;
    }
    const { event, origin, goals } = record;
    const { id, receivedAt, occurredAt, site = null, type, bot, visitor, run } = event;
    facts.push(
      origin,
      id,
      receivedAt,
      occurredAt,
      site,
      type,
      bot !== undefined,
      visitor,
      run,
      goals?.join(' '),
    );
    for (const dimension of dimensions) facts.push(dimension.read(event));
  }
  return facts;
};
