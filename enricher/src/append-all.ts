import { type DeadLetter, isPushtechError, topics } from '@pushtech/event';
import type { Log, NewRecord } from '@pushtech/log';
import type { Counts } from './counts.ts';

/** So much of a record that is too large is kept to look at. */
const KEPT_CHARACTERS = 10_000;

/** The origin stays: on the books the letter takes the record's place. */
const letterFor = ({ key, value, headers = {} }: NewRecord, message: string): NewRecord => {
  const letter: DeadLetter = {
    at: new Date().toISOString(),
    reason: 'too_large',
    step: 'append',
    message,
    original: value.slice(0, KEPT_CHARACTERS),
    encoding: 'utf8',
    position: headers.origin ?? '',
  };
  return { topic: topics.dead, key, value: JSON.stringify(letter), headers };
};

/**
 * Appends all. A record that the log will never take (kind `dead`) would hold up everything behind it: it is looked for by
 * halves, and a dead letter goes in its place. Some may be appended twice on the way: their origins say so.
 * @throws what the log throws, of the other kinds
 */
export const appendAll = async (log: Log, records: readonly NewRecord[], counts: Counts): Promise<void> => {
  try {
    await log.append(records);
  } catch (error) {
    const [only] = records;
    if (!isPushtechError(error) || error.kind !== 'dead' || !only) throw error;
    if (records.length === 1) {
      await log.append([letterFor(only, error.message)]);
      if (only.topic === topics.events) counts.kept -= 1;
      counts.add(counts.dead, 'too_large', 1);
      return;
    }
    const middle = Math.ceil(records.length / 2);
    await appendAll(log, records.slice(0, middle), counts);
    await appendAll(log, records.slice(middle), counts);
  }
};
