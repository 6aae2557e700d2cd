import { afterAll, expect, it, vi } from 'vitest';
import { createCopy, listAll, openStore } from '../src/index.ts';

const store = await openStore('sqlite::memory:');
afterAll(() => store.close());

const share = (n: number) => ({
  id: `id-${String(n).padStart(5, '0')}`,
  name: '',
  createdBy: '',
  createdAt: n,
});

it('lists more documents than one answer holds, each once and in order', async () => {
  for (let n = 0; n < 1001; n++) await store.shares.insert(share(n));
  expect((await listAll(store.shares)).map(({ createdAt }) => createdAt)).toEqual(
    Array.from({ length: 1001 }, (_, n) => n),
  );
});

it('is made anew after a change only, and stays when the store cannot be read', async () => {
  const make = vi.fn((all: readonly unknown[]) => all.length);
  const copy = createCopy(store.shares, make, -1);
  expect([copy.get(), copy.isRead()]).toEqual([-1, false]);
  await copy.refresh();
  await copy.refresh();
  expect([copy.get(), copy.isRead(), make.mock.calls.length]).toEqual([1001, true, 1]);
  await store.shares.remove('id-00000');
  await copy.refresh();
  expect(copy.get()).toBe(1000);
  await store.close();
  await expect(copy.refresh()).rejects.toThrow();
  expect(copy.get()).toBe(1000);
});
