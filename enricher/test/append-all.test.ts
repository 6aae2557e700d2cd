import { type DeadLetter, PushtechError, topics } from '@pushtech/event';
import { type Log, type NewRecord, openLog } from '@pushtech/log';
import { expect, it, onTestFinished } from 'vitest';
import { appendAll } from '../src/append-all.ts';
import { createCounts } from '../src/counts.ts';
import { readTopic } from './engines.ts';

/** A real log that takes no record above 1,000 characters, as brokers do at their own limits. */
const openSmall = async (): Promise<Log> => {
  const log = await openLog('sqlite::memory:');
  onTestFinished(() => log.close());
  return {
    ...log,
    async append(records) {
      if (records.some(({ value }) => value.length > 1000 && !value.includes('too_large'))) {
        throw new PushtechError('LOG_TOO_LARGE', 'dead', 'a record is larger than the topic takes');
      }
      await log.append(records);
    },
  };
};

const record = (n: number, length = 10): NewRecord => ({
  topic: topics.events,
  key: `k${n}`,
  value: JSON.stringify('x'.repeat(length)),
  headers: { origin: `batch/${n}` },
});

it('puts a dead letter in the place of a record that is too large, and keeps all others', async () => {
  const log = await openSmall();
  const counts = createCounts();
  const records = Array.from({ length: 20 }, (_, n) => record(n, n === 7 || n === 19 ? 20_000 : 10));
  await appendAll(log, records, counts);
  const events = await readTopic<string>(log, topics.events);
  expect(events.map(({ origin }) => origin)).toEqual(
    records.flatMap(({ headers }, n) => (n === 7 || n === 19 ? [] : [headers?.origin])),
  );
  const dead = await readTopic<DeadLetter>(log, topics.dead);
  expect(dead.map(({ origin, value }) => [origin, value.reason, value.original.length])).toEqual([
    ['batch/7', 'too_large', 10_000],
    ['batch/19', 'too_large', 10_000],
  ]);
  expect(counts.dead).toEqual(new Map([['too_large', 2]]));
});

it('passes every other error on', async () => {
  const log = await openSmall();
  const down = { ...log, append: () => Promise.reject(new PushtechError('LOG_DOWN', 'retry', 'away')) };
  await expect(appendAll(down, [record(1)], createCounts())).rejects.toMatchObject({ code: 'LOG_DOWN' });
});
