import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, PushtechError } from '@pushtech/event';
import { openStore, type Store } from '@pushtech/store';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGuard, makeToken, type Scope } from '../src/index.ts';
import { guardWith, requestFrom, secretKey } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-admin-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bearer = (id: string, kept: boolean, scopes: readonly Scope[] = ['stats:read']) => {
  const token = makeToken({ secretKey, id, scopes, expires: Date.now() + 3_600_000, kept });
  return requestFrom('192.0.2.1', { authorization: `Bearer ${token}` });
};

const entry = (id: string) => ({
  id,
  name: 'report',
  scopes: ['stats:read'],
  createdBy: 'admin',
  createdAt: Date.now(),
  expires: Date.now() + 3_600_000,
});

const opened = async (url: string): Promise<Store> => {
  const store = await openStore(url);
  onTestFinished(() => store.close());
  return store;
};

const guarding = (store: Store, warn = () => {}) => {
  const guard = guardWith({ store, clock: Date.now, warn });
  onTestFinished(() => guard.close());
  return guard;
};

/** The store as it is, but away while `isAway` says so: calls fail as the engines' do. */
const awayWhile = (store: Store, isAway: () => boolean): Store => {
  const fail = () => Promise.reject(new PushtechError('STORE_DOWN', 'retry', 'the store does not answer'));
  const kind = <T extends object>(documents: T): T =>
    new Proxy(documents, {
      get: (target, name) => (isAway() ? fail : (Reflect.get(target, name) as () => unknown).bind(target)),
    });
  return { ...store, accounts: kind(store.accounts), tokens: kind(store.tokens) };
};

describe('what another process changed', () => {
  it('counts within three seconds', async () => {
    const url = `sqlite:${join(folder, 'shared.db')}`;
    const [here, elsewhere] = [await opened(url), await opened(url)];
    const guard = guarding(here);
    await guard.refresh();
    const id = newId();
    await elsewhere.tokens.insert(entry(id));
    const kindOf = () => guard.identify(bearer(id, true)).kind;
    await vi.waitFor(() => expect(kindOf()).toBe('token'), { timeout: 10_000, interval: 20 });

    const began = performance.now();
    await elsewhere.tokens.update(id, (token) => ({ ...token, revokedAt: Date.now() }));
    await vi.waitFor(() => expect(kindOf()).toBe('none'), { timeout: 10_000, interval: 20 });
    const ms = Math.round(performance.now() - began);
    console.info(`a revoked token ended elsewhere after ${ms} ms`);
    // Three seconds are promised for a machine that has time; this one may be loaded.
    expect(ms).toBeLessThan(8000);
  }, 30_000);
});

describe('while the store is away', () => {
  it('from the start, the guard answers; tokens of the screen wait, all others count', async () => {
    const warn = vi.fn();
    let isAway = true;
    const store = awayWhile(await opened('sqlite::memory:'), () => isAway);
    const guard = guarding(store, warn);
    await guard.refresh();
    const id = newId();
    const refused = guard.identify(bearer(id, true));
    expect([refused.kind, refused.problem]).toEqual([
      'none',
      expect.stringContaining('cannot be checked just now'),
    ]);
    expect(guard.identify(bearer('importer', false)).kind).toBe('token');
    expect(guard.identify(requestFrom('192.0.2.1', { authorization: 'Bearer api-token-1' })).kind).toBe(
      'token',
    );
    expect(warn).toHaveBeenCalledTimes(1);

    isAway = false;
    await store.tokens.insert(entry(id));
    await vi.waitFor(() => expect(guard.identify(bearer(id, true)).kind).toBe('token'), { timeout: 10_000 });
  }, 20_000);

  it('later, what was known last counts', async () => {
    let isAway = false;
    const store = awayWhile(await opened('sqlite::memory:'), () => isAway);
    const [known, unknown] = [newId(), newId()];
    await store.tokens.insert(entry(known));
    const guard = guarding(store);
    await guard.refresh();
    isAway = true;
    await vi.waitFor(
      () => expect(guard.identify(bearer(unknown, true)).problem).toContain('cannot be checked just now'),
      { timeout: 10_000 },
    );
    expect(guard.identify(bearer(known, true)).kind).toBe('token');
  }, 20_000);

  it('without a store at all, tokens of the screen are refused', () => {
    const guard = createGuard({ password: 'x', apiToken: '', secretKey, clock: Date.now });
    expect(guard.identify(bearer(newId(), true)).problem).toContain('cannot be checked just now');
    expect(guard.identify(bearer('importer', false)).kind).toBe('token');
  });
});

it('reads a thousand accounts and more', async () => {
  const store = await opened('sqlite::memory:');
  const ids = Array.from({ length: 1001 }, () => newId());
  for (const id of ids) await store.tokens.insert(entry(id));
  const guard = guarding(store);
  await guard.refresh();
  expect(guard.identify(bearer(ids.at(-1) ?? '', true)).kind).toBe('token');
}, 60_000);

it('asks no more when it is closed', async () => {
  const store = await opened('sqlite::memory:');
  const asked = vi.spyOn(store.tokens, 'revision');
  const guard = guarding(store);
  await guard.refresh();
  await guard.close();
  const before = asked.mock.calls.length;
  await sleep(2500);
  expect(asked.mock.calls.length).toBe(before);
});
