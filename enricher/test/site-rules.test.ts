import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Documents, openStore, type Site } from '@pushtech/store';
import { expect, it, onTestFinished } from 'vitest';
import { createSiteRules } from '../src/site-rules.ts';
import { enricherOf, entryOf, openEngines, readTopic, silent, untilEmpty } from './engines.ts';
import { posted } from './through.ts';

const site = (id: string, more: Partial<Site> = {}): Site => ({
  id,
  name: id,
  timeZone: 'UTC',
  origins: [],
  excludedAddresses: [],
  excludedPaths: [],
  createdAt: 0,
  ...more,
});

const setUp = async () => {
  const store = await openStore('sqlite::memory:');
  const rules = createSiteRules({ store, record: silent });
  onTestFinished(async () => {
    rules.stop();
    await store.close();
  });
  return { store, rules };
};

it('knows the rules there are once it has started, and every change within 3 s', async () => {
  const { store, rules } = await setUp();
  await store.sites.insert(site('a', { excludedPaths: ['/x'] }));
  await store.sites.insert(site('b'));
  await rules.start();
  expect(rules.of('a')?.excludesPath?.('/x')).toBe(true);
  expect([rules.of('b'), rules.of('c'), rules.of(undefined)]).toEqual([undefined, undefined, undefined]);
  await store.sites.remove('a');
  await store.sites.update('b', (found) => ({ ...found, excludedAddresses: ['::1'] }));
  const begun = performance.now();
  await expect.poll(() => rules.of('b'), { timeout: 10_000 }).toBeDefined();
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(rules.of('a')).toBeUndefined();
});

it('reads and compiles again only after a change', async () => {
  const { store } = await setUp();
  await store.sites.insert(site('a', { excludedPaths: ['/x'] }));
  let lists = 0;
  const sites: Documents<Site> = {
    ...store.sites,
    list: (options) => {
      lists += 1;
      return store.sites.list(options);
    },
  };
  const rules = createSiteRules({ store: { sites }, record: silent });
  onTestFinished(() => rules.stop());
  await rules.start();
  const first = rules.of('a');
  await sleep(4500);
  expect(lists).toBe(1);
  expect(rules.of('a')).toBe(first);
});

it('keeps the last rules while the store is away, says so, and follows it when it is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pushtech-rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = `sqlite:${join(folder, 'store.db')}`;
  const other = await openStore(url);
  onTestFinished(() => other.close());
  await other.sites.insert(site('a', { excludedPaths: ['/x'] }));
  // A store whose file answers and then does not: closed under the rules, and opened again.
  let current = await openStore(url);
  const sites = {
    revision: () => current.sites.revision(),
    list: (options) => current.sites.list(options),
  } as Documents<Site>;
  const rules = createSiteRules({ store: { sites }, record: silent });
  onTestFinished(() => rules.stop());
  await rules.start();
  await current.close();
  await expect.poll(() => rules.problem(), { timeout: 10_000 }).toMatch(/rules of sites cannot be read/);
  expect(rules.of('a')?.excludesPath?.('/x')).toBe(true);
  await other.sites.update('a', (found) => ({ ...found, excludedPaths: ['/y'] }));
  current = await openStore(url);
  onTestFinished(() => current.close());
  await expect.poll(() => rules.problem(), { timeout: 10_000 }).toBeUndefined();
  expect(rules.of('a')?.excludesPath?.('/x')).toBe(false);
  expect(rules.of('a')?.excludesPath?.('/y')).toBe(true);
});

it('the enricher starts and works while the store is away, and is degraded', async () => {
  await using engines = await openEngines();
  // Nobody listens on port 1.
  const store = await openStore('mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300');
  onTestFinished(() => store.close());
  const enricher = enricherOf(engines, { store });
  await engines.buffer.append(entryOf([posted({ url: 'https://shop.example/' })]).body);
  await enricher.start();
  await untilEmpty(engines.buffer);
  expect((await enricher.status()).degraded.join()).toMatch(/rules of sites cannot be read/);
  await enricher.stop();
  expect(await readTopic(engines.log, 'events')).toHaveLength(1);
});

it('waits 3 s at the most for a store that does not answer', async () => {
  const never = new Promise<never>(() => {});
  const sites = { revision: () => never, list: () => never } as unknown as Documents<Site>;
  const rules = createSiteRules({ store: { sites }, record: silent });
  onTestFinished(() => rules.stop());
  const begun = performance.now();
  await rules.start();
  expect(performance.now() - begun).toBeGreaterThan(2500);
});
