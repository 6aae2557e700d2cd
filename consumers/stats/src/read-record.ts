import { checkEvent, type DeadLetter, type DropRecord, type ReceivedRecord, topics } from '@pushtech/event';
import type { LogRecord, NewRecord } from '@pushtech/log';
import type { StatsRecord } from '@pushtech/stats';

export type Reading =
  | { kind: 'record'; record: StatsRecord }
  /** An event nobody can count: it goes to `events.dead`. */
  | { kind: 'park'; reason: 'version' | 'invalid'; letter: NewRecord }
  /** A record of the books that makes no sense: there is nothing to take from it. */
  | { kind: 'unreadable' };

type Fields = Record<string, unknown>;

const parse = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
};

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isLabel = (value: unknown): boolean => value === undefined || typeof value === 'string';

const withOrigin = <T extends object>(record: T, { headers }: LogRecord): T =>
  headers?.origin === undefined ? record : { ...record, origin: headers.origin };

/**
 * The letter carries the origin of the event's own record. The event itself never reaches the books, so the letter
 * takes its place there: received once, dead once. Where a batch comes again, so does the letter, and its origin makes
 * it a redelivery: the books still balance.
 */
const letterFor = (
  record: LogRecord,
  fields: Fields | undefined,
  { reason, message, now }: { reason: string; message: string; now: number },
): NewRecord => {
  const position = `${record.topic}/${record.partition}/${record.position}`;
  const letter: DeadLetter = {
    at: isTime(fields?.receivedAt) ? (fields?.receivedAt as string) : new Date(now).toISOString(),
    reason,
    step: 'stats',
    message,
    original: record.value,
    encoding: 'utf8',
    position,
  };
  for (const name of ['id', 'type', 'site', 'run'] as const) {
    const value = fields?.[name];
    if (typeof value === 'string') letter[name] = value;
  }
  return {
    topic: topics.dead,
    key: record.key,
    value: JSON.stringify(letter),
    headers: { origin: record.headers?.origin ?? position },
  };
};

const readEvent = (record: LogRecord, now: number): Reading => {
  const fields = parse(record.value);
  const checked = checkEvent(fields);
  if (checked.ok) {
    const { event } = checked;
    if (isTime(event.occurredAt) && isTime(event.receivedAt)) {
      return { kind: 'record', record: withOrigin({ kind: 'event', event }, record) };
    }
  }
  const reason = checked.ok ? 'invalid' : checked.reason;
  const message = checked.ok ? 'its times are no times' : `${checked.field}: ${checked.message}`;
  return { kind: 'park', reason, letter: letterFor(record, fields, { reason, message, now }) };
};

const readBooks = (record: LogRecord): Reading => {
  const fields = parse(record.value);
  if (!fields || !isLabel(fields.run)) return { kind: 'unreadable' };
  if (record.topic === topics.received) return readReceived(fields);
  if (!isTime(fields.at) || typeof fields.reason !== 'string') return { kind: 'unreadable' };
  if (record.topic === topics.dead) {
    const dead = fields as unknown as DeadLetter;
    return { kind: 'record', record: withOrigin({ kind: 'dead', dead }, record) };
  }
  if (!isCount(fields.n)) return { kind: 'unreadable' };
  const dropped = fields as unknown as DropRecord;
  return { kind: 'record', record: withOrigin({ kind: 'dropped', dropped }, record) };
};

const readReceived = (fields: Fields): Reading => {
  const { batch, tallies } = fields;
  const sound =
    typeof batch === 'string' &&
    Array.isArray(tallies) &&
    tallies.every(
      (tally: Fields | null) => isCount(tally?.minute) && isCount(tally?.n) && isLabel(tally?.run),
    );
  if (!sound) return { kind: 'unreadable' };
  return { kind: 'record', record: { kind: 'received', received: fields as unknown as ReceivedRecord } };
};

/** Reads one record of the four topics. Never throws. @param now epoch ms */
export const readRecord = (record: LogRecord, now: number): Reading =>
  record.topic === topics.events ? readEvent(record, now) : readBooks(record);
