import type { Dimension } from '../../dimensions.ts';
import type { StatsRecord } from '../../stats.ts';

/** A record that is no event. */
export type Books = Exclude<StatsRecord, { kind: 'event' }>;

/** What goes to the writer's thread: a flat list of texts is copied several times faster than events are. */
export type Fact = string | boolean | null | undefined | typeof SAME | Books;

/** Stands for a fact that is the same as the event's before: most are, and a text takes ten times as long to copy. */
const SAME = 0;

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
export const VALUES = 9;

/** A `Books` stands where an event's origin would: nothing else here is an object. */
export const isBooks = (fact: Fact): fact is Books => typeof fact === 'object' && fact !== null;

/** Only what is counted of it: a dead letter carries the original too. */
const booksOf = (record: Books): Books => {
  if (record.kind !== 'dead') return record;
  const { at, run, reason, step, position } = record.dead;
  const dead = { at, reason, step, position, message: '', original: '', encoding: 'utf8' as const };
  return { ...record, dead: run === undefined ? dead : { ...dead, run } };
};

/** Says `SAME` where it can. @param last the facts of the event before; becomes those of this one */
const pushNew = (facts: Fact[], last: Fact[], event: readonly Fact[]): void => {
  for (let i = 0; i < event.length; i++) {
    const fact = event[i];
    facts.push(fact === last[i] ? SAME : fact);
    last[i] = fact;
  }
};

/** The facts of `records[start…end)`. */
export const readFacts = (
  records: readonly StatsRecord[],
  start: number,
  end: number,
  dimensions: readonly Dimension[],
): Fact[] => {
  const facts: Fact[] = [];
  const last: Fact[] = [];
  const one: Fact[] = [];
  for (let i = start; i < end; i++) {
    const record = records[i] as StatsRecord;
    if (record.kind !== 'event') {
      facts.push(booksOf(record));
      continue;
    }
    const { event } = record;
    one[ORIGIN] = record.origin;
    one[ID] = event.id;
    one[RECEIVED_AT] = event.receivedAt;
    one[OCCURRED_AT] = event.occurredAt;
    one[SITE] = event.site ?? null;
    one[TYPE] = event.type;
    one[IS_BOT] = event.bot !== undefined;
    one[VISITOR] = event.visitor;
    one[RUN] = event.run;
    for (let d = 0; d < dimensions.length; d++) one[VALUES + d] = (dimensions[d] as Dimension).read(event);
    pushNew(facts, last, one);
  }
  return facts;
};

/** Undoes `SAME` for the event at `first`. @param before where the facts of the event before begin */
export const fillIn = (facts: Fact[], first: number, before: number, width: number): void => {
  for (let i = 0; i < width; i++) {
    if (facts[first + i] === SAME) facts[first + i] = facts[before + i];
  }
};
