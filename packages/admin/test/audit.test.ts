import { createIdSource } from '@pushtech/event';
import { openStore } from '@pushtech/store';
import { expect, it, onTestFinished } from 'vitest';
import { newestLines } from '../src/audit.ts';
import { ADMIN_PASSWORD, startPeople } from './start-people.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1, 12);

const linesAt = async (ages: readonly number[]) => {
  const store = await openStore('sqlite::memory:');
  onTestFinished(() => store.close());
  let now = 0;
  const newId = createIdSource(() => now);
  for (const [n, age] of ages.toSorted((a, b) => b - a).entries()) {
    now = NOW - age;
    await store.audit.insert({ id: newId(), at: now, who: 'ann', what: `line ${n}` });
  }
  return store.audit;
};

it('shows the newest first, page by page, none twice and none left out, over gaps of years', async () => {
  const ages = [0, 1, 2, 3000, 3_600_000, 2 * DAY_MS, 3 * DAY_MS, 400 * DAY_MS, 401 * DAY_MS, 2000 * DAY_MS];
  const lines = await linesAt(ages);
  const seen: string[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await newestLines({ lines, now: NOW, limit: 3, ...(before && { before }) });
    seen.push(...page.map(({ what }) => what));
    before = page.at(-1)?.id;
    if (page.length < 3) break;
  }
  expect(seen).toEqual(ages.map((_age, n) => `line ${ages.length - 1 - n}`));
});

it('finds the newest of thousands in one hour', async () => {
  const lines = await linesAt(Array.from({ length: 2500 }, (_, n) => n));
  const page = await newestLines({ lines, now: NOW, limit: 2 });
  expect(page.map(({ what }) => what)).toEqual(['line 2499', 'line 2498']);
}, 60_000);

it('is shown to owners in pages of fifty', async () => {
  const { browser, store, guard } = await startPeople();
  const admin = browser();
  await admin.signIn('admin', ADMIN_PASSWORD);
  for (let n = 0; n < 60; n++)
    await guard.audit({ headers: {}, socket: {} } as never, `site.changed.${n}`, '<b>shop</b>');
  const first = (await admin.get('/auth/people/audit')).body;
  expect(first).toContain('site.changed.59<');
  expect(first).not.toContain('site.changed.9<');
  expect(first).toContain('&lt;b&gt;shop');
  const older = /href="(\/auth\/people\/audit\?before=[^"]+)"/.exec(first)?.[1] ?? '';
  const second = (await admin.get(older)).body;
  expect(second).toContain('site.changed.9<');
  expect(second).not.toContain('site.changed.59<');
  expect(await store.audit.list({ limit: 1000 })).toHaveLength(61);
});

it('loses a line rather than the deed when the store is away, and says so in the log', async () => {
  const told: string[] = [];
  const { guard, store } = await startPeople({ warn: (_facts, sentence) => told.push(sentence) });
  store.audit.insert = () => Promise.reject(new Error('away'));
  await guard.audit({ headers: {}, socket: {} } as never, 'goal.made');
  expect(told).toEqual(['An audit line could not be written.']);
});
