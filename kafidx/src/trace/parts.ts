import { HEARTBEAT } from '@pushtech/event';
import type { Facts } from './facts.ts';
import { iso, type Note, type State, type TracePart } from './trace.ts';

/** So long after its append an event may wait for the counters without anything being wrong, in ms. */
const COUNTED_WITHIN = 60_000;

const note = (code: string, values?: Note['values']): Note => (values ? { code, values } : { code });

/** Nothing was found on the log: looked for, too old, or not asked. */
const missing = ({ log, madeAt }: Facts, code: string): Pick<TracePart, 'state' | 'notes'> => {
  if (!log.ok) return { state: 'unavailable', notes: [note('down', { message: log.message })] };
  const oldest = Math.min(...log.value.map((looked) => looked.oldest ?? Number.POSITIVE_INFINITY));
  const whole = log.value.every(({ complete }) => complete);
  if (madeAt !== undefined && whole && madeAt < oldest && oldest < Number.POSITIVE_INFINITY) {
    return { state: 'expired', notes: [note('logBack', { since: iso(oldest) })] };
  }
  const since = Math.max(...log.value.map((looked) => looked.since));
  const topics = log.value.map(({ topic }) => topic).join(', ');
  return { state: 'unknown', notes: [note(code), note('looked', { topics, since: iso(since) })] };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const received = (facts: Facts): TracePart => {
  const { events, dead, dropped, entry, waiting } = facts;
  const first = [events[0], dead[0], dropped[0]].find((found) => found !== undefined);
  if (!first) {
    const part = missing(facts, 'notReceived');
    if (part.state === 'unknown' && waiting > 0) part.notes.push(note('waiting', { n: waiting }));
    return { part: 'received', ...part };
  }
  const at = textOf(events[0]?.value.receivedAt ?? dead[0]?.value.at ?? dropped[0]?.value.at);
  const via = textOf(events[0]?.value.via) || '–';
  const notes = [note('receivedAt', { at, via })];
  if (entry) notes.push(note('buffered', { batch: entry.batch }));
  return { part: 'received', state: 'known', at, notes };
};

const enriched = (facts: Facts): TracePart => {
  const { events, dead, dropped } = facts;
  const last = events[0] ?? dead[0] ?? dropped[0];
  if (!last) return { part: 'enriched', ...missing(facts, 'notEnriched') };
  const at = iso(last.record.at);
  const said = events[0]
    ? note('enriched', { at })
    : note('stoppedAt', { step: textOf((dead[0] ?? dropped[0])?.value.step) });
  return { part: 'enriched', state: 'known', at, notes: [said] };
};

const outcomesOf = ({ events, dead, dropped }: Facts): Note[] => [
  ...events.slice(0, 1).map(({ record: { at, topic, partition, position } }) => {
    const place = { topic, partition: String(partition), position: String(position) };
    return note('kept', { at: iso(at), ...place });
  }),
  ...dead.map(({ record, value: { reason, message } }) =>
    note('dead', { at: iso(record.at), reason: textOf(reason), message: textOf(message) }),
  ),
  ...dropped.map(({ record, value: { reason, step } }) =>
    note('dropped', { at: iso(record.at), reason: textOf(reason), step: textOf(step) }),
  ),
];

const kept = (facts: Facts): TracePart => {
  const notes = outcomesOf(facts);
  if (notes.length === 0) return { part: 'kept', ...missing(facts, 'notKept') };
  const outcome = facts.events[0] ? 'kept' : facts.dead[0] ? 'dead' : 'dropped';
  return { part: 'kept', state: 'known', outcome, notes };
};

/** How often it came again: from the sender, and by way of the buffer. */
export const countAgain = ({ events }: Facts): { duplicates: number; redeliveries: number } => {
  const origins = new Set(events.map(({ record }, index) => record.headers?.origin ?? `?${index}`));
  return { duplicates: Math.max(0, origins.size - 1), redeliveries: events.length - origins.size };
};

const notCounted = (facts: Facts, since: number): [State, Note] => {
  const { events, dead, dropped, madeAt, now } = facts;
  const receivedAt = Date.parse(textOf(events[0]?.value.receivedAt)) || undefined;
  const age = receivedAt ?? madeAt;
  if (!events[0] && (dead[0] || dropped[0])) return ['unknown', note('neverCounted')];
  if (age !== undefined && age < since) return ['expired', note('windowOver', { since: iso(since) })];
  const fresh = events[0] && now - events[0].record.at < COUNTED_WITHIN;
  return ['unknown', note(fresh ? 'notCountedYet' : 'notCounted')];
};

const counted = (facts: Facts): TracePart => {
  const { seen, events } = facts;
  if (!seen) return { part: 'counted', state: 'unavailable', notes: [note('noStats')] };
  if (!seen.ok) {
    return { part: 'counted', state: 'unavailable', notes: [note('down', { message: seen.message })] };
  }
  const { known, receivedAt, since } = seen.value;
  const { duplicates, redeliveries } = countAgain(facts);
  const notes: Note[] = [];
  if (events[0]?.value.type === HEARTBEAT) notes.push(note('heartbeat'));
  if (duplicates > 0) notes.push(note('duplicates', { n: duplicates }));
  if (redeliveries > 0) notes.push(note('redelivered', { n: redeliveries }));
  if (known) {
    notes.unshift(note('counted', { at: receivedAt === undefined ? '–' : iso(receivedAt) }));
    return { part: 'counted', state: 'known', notes };
  }
  const [state, why] = notCounted(facts, since);
  return { part: 'counted', state, notes: [why, ...notes] };
};

/** Each time since the one before. */
const withTimes = (parts: TracePart[]): TracePart[] => {
  let before: number | undefined;
  for (const part of parts) {
    const at = Date.parse(part.at ?? '');
    if (Number.isNaN(at)) continue;
    if (before !== undefined) part.afterMs = Math.max(0, at - before);
    before = at;
  }
  return parts;
};

/** What each part knows of it, in the order of the flow. */
export const partsOf = (facts: Facts): TracePart[] =>
  withTimes([
    received(facts),
    enriched(facts),
    kept(facts),
    counted(facts),
    { part: 'acted', state: 'not built', notes: [note('notBuilt')] },
  ]);
