import { setTimeout as sleep } from 'node:timers/promises';
import { createForeignPlace, createPlace, startChild } from '@pushtech/sqlite/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openBuffer } from '../../src/index.ts';
import { bufferContract } from '../contract.ts';

bufferContract('sqlite', () => createPlace());

bufferContract('sqlite with a prefix, beside entries without one', async () => {
  const { url, path, dispose } = await createPlace('?prefix=x_');
  const other = await openBuffer(`sqlite:${path}`);
  await other.append('not yours');
  await other.close();
  return { url, dispose };
});

bufferContract('sqlite with foreign rows in the file', () =>
  createForeignPlace(['entries', 'taken', 'state', 'other']),
);

bufferContract('sqlite while a second process writes to the file', async () => {
  const { url, path, dispose } = await createPlace();
  const child = startChild(
    new URL('../child.ts', import.meta.url),
    `sqlite:${path}?prefix=neighbour_`,
    'neighbour',
  );
  await child.said('ready');
  return {
    url,
    async dispose() {
      await child.kill();
      await dispose();
    },
  };
});

// Others use the machine too: what counts is that it can be kept.
test('looks for what other processes wrote at least every 50 ms', { retry: 2 }, async () => {
  const { url, dispose } = await createPlace();
  const [mine, other] = [await openBuffer(url), await openBuffer(url)];
  onTestFinished(async () => {
    await Promise.all([mine.close(), other.close()]);
    await dispose();
  });
  const waits: number[] = [];
  for (let n = 0; n < 5; n++) {
    const taken = mine.take({ worker: 'w', max: 1, waitMs: 5000 }).then(() => performance.now());
    await sleep(300);
    const begun = performance.now();
    await other.append('x');
    waits.push((await taken) - begun);
  }
  expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(80);
});

test('reads at most 1 MiB of bodies at a time, but always one', async () => {
  const buffer = await openBuffer('sqlite::memory:');
  onTestFinished(() => buffer.close());
  for (const size of [2_000_000, 600_000, 600_000]) await buffer.append('x'.repeat(size));
  const sizes: number[][] = [];
  for (let n = 0; n < 3; n++) {
    const entries = await buffer.take({ worker: 'w', max: 10, waitMs: 0 });
    sizes.push(entries.map(({ body }) => body.length));
  }
  expect(sizes).toEqual([[2_000_000], [600_000], [600_000]]);
});

test('refuses an unknown scheme and names the known ones', async () => {
  await expect(openBuffer('carrier-pigeon:coop')).rejects.toMatchObject({
    code: 'BUFFER_URL',
    kind: 'fatal',
    message: 'there is no buffer engine for "carrier-pigeon:"; known schemes: sqlite, redis, rediss',
  });
});
