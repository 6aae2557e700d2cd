import { inspect } from 'node:util';
import { startChild } from '@pushtech/sqlite/testing';
import { needs } from '@pushtech/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../../src/index.ts';
import { account, goal, storeContract } from '../contract.ts';
import { createMongoPlace, startNetwork, urlOf } from './mongo-kit.ts';

const child = new URL('../child.ts', import.meta.url);

needs('mongo')('mongo', () => {
  storeContract('mongo', () => createMongoPlace());

  storeContract('mongo with a prefix, beside documents without one', async () => {
    const place = await createMongoPlace('prefix=x_');
    const other = await openStore(urlOf(place.database));
    await other.goals.insert(goal('a', { name: 'not yours' }));
    return {
      url: place.url,
      async dispose() {
        expect(await other.goals.list()).toEqual([goal('a', { name: 'not yours' })]);
        await other.close();
        await place.dispose();
      },
    };
  });

  storeContract('mongo with foreign collections in the database', async () => {
    const place = await createMongoPlace();
    const names = ['accounts', 'goals', 'sites', 'revisions', 'store'];
    for (const name of names) await place.db.collection(name).insertOne({ foreigner: name });
    return {
      url: place.url,
      async dispose() {
        for (const name of names) {
          const found = await place.db
            .collection(name)
            .find({}, { projection: { _id: 0 } })
            .toArray();
          expect(found).toEqual([{ foreigner: name }]);
        }
        await place.dispose();
      },
    };
  });

  storeContract('mongo while a second process writes to the database', async () => {
    const place = await createMongoPlace();
    const neighbour = startChild(child, urlOf(place.database, 'prefix=neighbour_'), 'neighbour');
    await neighbour.said('ready');
    return {
      url: place.url,
      async dispose() {
        await neighbour.kill();
        await place.dispose();
      },
    };
  });

  const setUp = async (way: (url: string) => string = (url) => url, options?: StoreOptions) => {
    const place = await createMongoPlace();
    const opened: Store[] = [];
    onTestFinished(async () => {
      await Promise.all(opened.map((store) => store.close()));
      await place.dispose();
    });
    const open = async (): Promise<Store> => {
      const store = await openStore(way(place.url), options);
      opened.push(store);
      return store;
    };
    return { ...place, open, store: await open() };
  };

  test('opens while the server is away, says STORE_DOWN, and works by itself once it is there', async () => {
    const network = await startNetwork();
    await network.away();
    const { store } = await setUp(network.through);
    const down = { code: 'STORE_DOWN', kind: 'retry' };
    await expect(store.accounts.get('a')).rejects.toMatchObject(down);
    await expect(store.accounts.insert(account('a'))).rejects.toMatchObject(down);
    await expect(store.accounts.revision()).rejects.toMatchObject(down);
    await network.back();
    await expect
      .poll(() => store.accounts.insert(account('a')).catch(String), { timeout: 20_000 })
      .toBe(true);
    // Its indexes were made then, too.
    expect(await store.accounts.insert(account('b', { email: 'a@example.org' }))).toBe(false);
    await network.away();
    await expect(store.accounts.list()).rejects.toMatchObject(down);
    await network.back();
    await expect.poll(() => store.accounts.list().catch(String), { timeout: 20_000 }).toEqual([account('a')]);
    onTestFinished(() => network.away());
  });

  test('gives another revision each time while a change is under way, or its process was killed in it', async () => {
    let now = 1_000_000;
    const { store, db } = await setUp(undefined, { clock: () => now });
    await store.sites.revision();
    // What a process leaves that was killed between its announcement and the end of its change.
    await db.collection<{ _id: string; pending: string[] }>('store_revisions').insertOne({
      _id: 'goals',
      pending: [`${now}.killed`],
    });
    const seen = [await store.goals.revision(), await store.goals.revision()];
    await store.goals.insert(goal('a'));
    seen.push(await store.goals.revision(), await store.goals.revision());
    expect(new Set(seen).size).toBe(4);
    now += 300_001;
    seen.push(await store.goals.revision());
    const settled = await store.goals.revision();
    expect(new Set([...seen, settled]).size).toBe(6);
    expect(await store.goals.revision()).toBe(settled);
  });

  test('makes its unique indexes by itself', async () => {
    const { store, db } = await setUp();
    await store.accounts.insert(account('a'));
    const indexes = await db.collection('store_accounts').indexes();
    const unique = indexes.filter(({ unique }) => unique).map(({ key }) => Object.keys(key).join());
    expect(unique.sort()).toEqual(['keys.email', 'keys.subject']);
  });
});

test('reads what cannot be read as a MongoDB URL without giving the password away', async () => {
  const urls = [
    'mongodb://me:se%23cret@host:1/db?nonsense=1',
    'mongodb://me:se%23cret@host:port/db',
    'mongodb://me:se%23cret@/db',
    'mongodb://me:se%23cret%@host/db',
    'mongodb://me:se@cret@host/db',
    'mongodb://me:se%23cret@host:99999/db',
    'mongodb+srv://me:se%23cret@one,two/db',
    'mongodb://me:se%23cret@host/db?prefix=a-b',
    'mongodb://me:se%23cret@host/db?authMechanism=x',
  ];
  for (const url of urls) {
    const error = await openStore(url).then(
      () => ({ code: 'opened', kind: url, message: '' }),
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'STORE_URL', kind: 'fatal' });
    expect(`${error.message} ${error.cause} ${error.stack}`).not.toMatch(/se%23cret|se#cret|cret@/);
  }
});

test('names no password when the server is away', async () => {
  const store = await openStore(
    'mongodb://me:hidden@127.0.0.1:1/db?serverSelectionTimeoutMS=100&authSource=admin',
  );
  onTestFinished(() => store.close());
  const error = await store.goals.list().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'STORE_DOWN', kind: 'retry' });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hidden');
});
