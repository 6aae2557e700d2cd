import { type DeadLetter, type Event, topics, visitorsIn } from '@pushtech/event';
import { createErasures, type Erasures } from './erasures.ts';
import type { Batch, Log, LogRecord } from './log.ts';

/** What is left of a forgotten visitor's event: what is counted (`numbers`), or no more than that there was one (`trace`). */
export type Leave = 'numbers' | 'trace';

const RECEIVED_AT = '"receivedAt":"';
const ISO_LENGTH = 24;

const traceOf = ({ v, id, type, site, receivedAt, occurredAt, via, run }: Event): Event => ({
  v,
  id,
  type,
  ...(site !== undefined && { site }),
  ...{ receivedAt, occurredAt, via },
  ...(run !== undefined && { run }),
  properties: {},
});

const numbersOf = ({ visitor: _, session: __, ...event }: Event): Event => event;

/** The first member of this name is the event's own: those before it hold no quotes. */
const receivedAtOf = (value: string): string => {
  const at = value.indexOf(RECEIVED_AT);
  const begin = at + RECEIVED_AT.length;
  return at < 0 ? '' : value.slice(begin, begin + ISO_LENGTH);
};

const parse = <T>(value: string): Partial<T> | undefined => {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
};

const forgetEvent = (value: string, erasures: Erasures, leave: Leave): string => {
  const said = receivedAtOf(value);
  // Written by somebody else, it may be another form of a time: then it is read.
  if (said.endsWith('Z') && !erasures.concernText(said)) return value;
  const event = parse<Event>(value);
  const receivedAt = Date.parse(String(event?.receivedAt)) || 0;
  if (typeof event?.visitor !== 'string' || !erasures.has(event.visitor, receivedAt)) return value;
  return JSON.stringify(leave === 'numbers' ? numbersOf(event as Event) : traceOf(event as Event));
};

const forgetLetter = (value: string, erasures: Erasures): string => {
  const letter = parse<DeadLetter>(value);
  const at = Date.parse(String(letter?.at)) || 0;
  if (!letter || !erasures.concern(at) || typeof letter.original !== 'string') return value;
  const { original, encoding } = letter;
  const text = encoding === 'base64' ? Buffer.from(original, 'base64').toString() : original;
  if (!visitorsIn(text).some((visitor) => erasures.has(visitor, at))) return value;
  return JSON.stringify({ ...letter, original: '', encoding: 'utf8', message: 'erased' });
};

/**
 * The log as everybody but the one who erases must read it: erasures are read first, and nothing is handed out that was read
 * while they could not be. Events of forgotten visitors come as what `leave` says, dead letters without their original.
 */
export const honourErasures = (log: Log, { secretKey, leave }: { secretKey: string; leave: Leave }): Log => {
  const erasures = createErasures(log, secretKey);

  const forget = (record: LogRecord): LogRecord => {
    const { topic, value } = record;
    const isEvent = topic === topics.events;
    if (!isEvent && topic !== topics.dead) return record;
    const left = isEvent ? forgetEvent(value, erasures, leave) : forgetLetter(value, erasures);
    return left === value ? record : { ...record, value: left };
  };

  /** Records are shared with others: only those that change are new ones. */
  const forgetAll = (records: LogRecord[]): LogRecord[] =>
    erasures.concern(Number.NEGATIVE_INFINITY) ? records.map(forget) : records;

  const told = async (batch: Batch): Promise<Batch> => {
    await erasures.refresh();
    const records = forgetAll(batch.records);
    return records === batch.records ? batch : { ...batch, records };
  };

  return {
    ...log,
    subscribe: (options) =>
      log.subscribe({ ...options, handle: async (batch) => options.handle(await told(batch)) }),
    tail: (options) => log.tail({ ...options, handle: async (batch) => options.handle(await told(batch)) }),
    async read(topic, partition, from, max) {
      return told(await log.read(topic, partition, from, max));
    },
    async find(topic, key, options) {
      await erasures.refresh();
      const found = await log.find(topic, key, options);
      return { ...found, records: forgetAll(found.records) };
    },
  };
};
