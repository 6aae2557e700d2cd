import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { expect, it, onTestFinished } from 'vitest';
import { exportVisitor } from '../src/privacy/export-visitor.ts';

const start = async (n: number) => {
  const log = await openLog('sqlite::memory:');
  onTestFinished(() => log.close());
  const records = Array.from({ length: n }, (_, index) => ({
    topic: topics.events,
    key: String(index),
    value: JSON.stringify({ id: index, visitor: index % 2 ? 'a"b' : 'other', title: 'a"b' }),
  }));
  await log.append([...records, { topic: topics.events, key: 'x', value: 'no json "a\\"b"' }]);
  return log;
};

it('brings every event of one visitor and of nobody else', async () => {
  const found = await exportVisitor({ log: await start(2500), visitor: 'a"b' });
  expect(found.complete).toBe(true);
  expect(found.events).toHaveLength(1250);
  expect(found.events[0]).toEqual({ id: 1, visitor: 'a"b', title: 'a"b' });
});

it('says that there is more where it stopped at its bound', async () => {
  const log = await start(100);
  expect(await exportVisitor({ log, visitor: 'a"b', maxEvents: 10 })).toMatchObject({ complete: false });
  expect(await exportVisitor({ log, visitor: 'a"b', withinMs: -1 })).toEqual({
    visitor: 'a"b',
    complete: false,
    events: [],
  });
});
