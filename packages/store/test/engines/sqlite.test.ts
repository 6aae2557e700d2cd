import { createForeignPlace, createPlace, startChild } from '@pushtech/sqlite/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/index.ts';
import { goal, storeContract } from '../contract.ts';

storeContract('sqlite', () => createPlace());

storeContract('sqlite with a prefix, beside documents without one', async () => {
  const { url, path, dispose } = await createPlace('?prefix=x_');
  const other = await openStore(`sqlite:${path}`);
  await other.goals.insert(goal('a', { name: 'not yours' }));
  return {
    url,
    async dispose() {
      expect(await other.goals.list()).toEqual([goal('a', { name: 'not yours' })]);
      await other.close();
      await dispose();
    },
  };
});

storeContract('sqlite with foreign rows in the file', () =>
  createForeignPlace(['accounts', 'documents', 'goals', 'revisions', 'keys', 'store']),
);

storeContract('sqlite while a second process writes to the file', async () => {
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

test('keeps the event loop free while a thousand of the biggest documents are read', async () => {
  const store = await openStore('sqlite::memory:');
  onTestFinished(() => store.close());
  const name = 'x'.repeat(60_000);
  for (let n = 0; n < 1000; n++) await store.goals.insert(goal(String(n), { name }));
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const begun = performance.now();
  expect(await store.goals.list({ limit: 1000 })).toHaveLength(1000);
  const whole = performance.now() - begun;
  clearInterval(watch);
  // In one piece it would be the whole; how long a piece takes is up to the machine.
  expect(longest).toBeLessThan(Math.max(50, whole / 2));
});

test('refuses an unknown scheme and names the known ones', async () => {
  await expect(openStore('carrier-pigeon:coop')).rejects.toMatchObject({
    code: 'STORE_URL',
    kind: 'fatal',
    message: 'there is no store engine for "carrier-pigeon:"; known schemes: sqlite, mongodb, mongodb+srv',
  });
});
