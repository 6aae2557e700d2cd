import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { createLogger } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { expect, it, onTestFinished } from 'vitest';
import { createCounts } from '../src/counts.ts';
import { createTakeBatch } from '../src/take-batch.ts';

const setUp = async () => {
  const log = await openLog('sqlite::memory:');
  const stats = await openStats('sqlite::memory:');
  onTestFinished(async () => {
    await log.close();
    await stats.close();
  });
  const counts = createCounts();
  const record = createLogger('silent', 'test');
  return { log, stats, counts, take: createTakeBatch({ log, stats, record, clock: Date.now, counts }) };
};

const dropped = (position: number) => ({
  topic: topics.dropped,
  partition: 2,
  position,
  at: 0,
  key: '',
  value: JSON.stringify({ at: '2026-05-17T10:05:00.000Z', reason: 'site', step: 'visitor', n: 1 }),
});

it('counts what retention took before it was counted as lost, and goes on behind it', async () => {
  const { stats, counts, take } = await setUp();
  const batch = { topic: topics.dropped, partition: 2, from: 0, next: 1, records: [dropped(0)] };
  expect(await take.handle(batch)).toBeUndefined();
  expect(await take.handle({ ...batch, from: 1, next: 8, records: [dropped(7)] })).toBeUndefined();
  expect(counts.lost).toEqual(new Map([[topics.dropped, 6]]));
  expect(await stats.position(`${topics.dropped}/2`)).toBe(8);
  expect((await stats.ledger({})).dropped).toEqual({ site: 2 });
});

it('seeks to where the stats are when its batch is another’s, and changes nothing', async () => {
  const { stats, take } = await setUp();
  const batch = { topic: topics.dropped, partition: 2, from: 0, next: 1, records: [dropped(0)] };
  await take.handle(batch);
  expect(await take.handle(batch)).toEqual({ seek: 1 });
  expect((await stats.ledger({})).dropped).toEqual({ site: 1 });
});
