import { expect, test, vi } from 'vitest';
import { createSync } from '../src/sync.ts';

/** Counts the fsyncs and lets the test decide when each ends. */
const stub = vi.hoisted(() => ({ ends: [] as (() => void)[], fail: false }));
vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  open: async () => ({
    datasync: () =>
      new Promise<void>((resolve, reject) => {
        stub.ends.push(stub.fail ? () => reject(new Error('EIO')) : resolve);
      }),
    close: async () => {},
  }),
}));

const tick = () => new Promise((resolve) => setImmediate(resolve));

test('shares one fsync among callers that come together, and begins another for those that come during it', async () => {
  const { sync, close } = createSync('anywhere');
  const order: string[] = [];
  const calls = [sync().then(() => order.push('first'))];
  await tick();
  calls.push(
    sync().then(() => order.push('during')),
    sync().then(() => order.push('during too')),
  );
  await tick();
  expect(stub.ends).toHaveLength(1);
  stub.ends[0]?.();
  await tick();
  // The commits of the two came after the first fsync had begun: its end says nothing about them.
  expect(order).toEqual(['first']);
  expect(stub.ends).toHaveLength(2);
  stub.ends[1]?.();
  await Promise.all(calls);
  expect(order).toEqual(['first', 'during', 'during too']);
  await close();
});

test('tells its callers when the fsync fails, and tries again for the next', async () => {
  stub.ends.length = 0;
  stub.fail = true;
  const { sync, close } = createSync('anywhere');
  const failed = expect(sync()).rejects.toThrow('EIO');
  await tick();
  stub.ends[0]?.();
  await failed;
  stub.fail = false;
  const good = sync();
  await tick();
  stub.ends[1]?.();
  await good;
  await close();
});
