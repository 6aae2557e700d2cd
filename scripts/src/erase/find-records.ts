import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type DeadLetter, type Event, type Topic, topics, visitorsIn } from '@pushtech/event';
import type { Log, LogRecord } from '@pushtech/log';

const CHUNK = 1000;

const parse = <T>(value: string): Partial<T> => {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Partial<T>) : {};
  } catch {
    return {};
  }
};

const isOwnEvent = ({ value }: LogRecord, visitor: string): boolean =>
  parse<Event>(value).visitor === visitor;

const isOwnLetter = ({ value }: LogRecord, visitor: string): boolean => {
  const { original, encoding } = parse<DeadLetter>(value);
  if (typeof original !== 'string') return false;
  const text = encoding === 'base64' ? Buffer.from(original, 'base64').toString() : original;
  return text.includes(visitor) || visitorsIn(text).includes(visitor);
};

/** Whether a record could be meant at all, before it is parsed. */
const createMark = (visitor: string) => {
  const quoted = JSON.stringify(visitor).slice(1, -1);
  return ({ value }: LogRecord): boolean => value.includes(quoted);
};

/** Records of one visitor, in the order of the log. Reads the topic once from end to end. */
export async function* findRecords(log: Log, topic: Topic, visitor: string): AsyncGenerator<LogRecord> {
  const isEvents = topic === topics.events;
  const isMarked = createMark(visitor);
  for (const { partition, start, end } of await log.ranges(topic)) {
    for (let at = start; at < end; ) {
      const { records, next } = await log.read(topic, partition, at, CHUNK);
      for (const record of records) {
        // An id may stand percent-encoded in a letter.
        if (isEvents ? isMarked(record) && isOwnEvent(record, visitor) : isOwnLetter(record, visitor)) {
          yield record;
        }
      }
      if (next <= at) break;
      at = next;
      await yieldToOthers();
    }
  }
}
