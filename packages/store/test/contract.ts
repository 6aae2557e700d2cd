import { startChild } from '@pushtech/sqlite/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Account, type Goal, openStore, type Store } from '../src/index.ts';
import { roundTripPromises } from './contract-round-trip.ts';

const script = new URL('./child.ts', import.meta.url);

/** Somewhere for the documents of one test. Every handle that opens the URL sees the same ones. */
export interface StorePlace {
  url: string;
  dispose(): Promise<void>;
}

export const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  email: `${id}@example.org`,
  name: id,
  role: 'owner',
  createdAt: 1,
  ...more,
});

export const goal = (id: string, more: Partial<Goal> = {}): Goal => ({
  id,
  name: id,
  type: 'pageview',
  conditions: [],
  createdAt: 1,
  ...more,
});

/** In order of code points; `\u{1F600}` comes before `\uFB01` where UTF-16 is compared. */
const ordered = [
  '!',
  '%',
  '-',
  '0',
  '10',
  '9',
  'A',
  'Z',
  '_',
  'a',
  'a-b',
  'aa',
  'b',
  'Ä',
  'ß',
  '\u4F60',
  '\uFB01',
  '\u{1F600}',
];

/** What every engine must keep of the promises in `documents.ts`. */
export const storeContract = (name: string, open: () => Promise<StorePlace>): void => {
  /** Handles on one place; all closed when the test ends. */
  const setUp = async () => {
    const { url, dispose } = await open();
    const handles: Store[] = [];
    onTestFinished(async () => {
      await Promise.all(handles.map((handle) => handle.close()));
      await dispose();
    });
    const handle = async (): Promise<Store> => {
      const opened = await openStore(url);
      handles.push(opened);
      return opened;
    };
    return { url, handle, store: await handle() };
  };

  describe(`store contract: ${name}`, () => {
    test('keeps what was inserted, and every handle sees it at once', async () => {
      const { store, handle } = await setUp();
      const other = await handle();
      expect(await store.accounts.insert(account('a', { disabledAt: 7 }))).toBe(true);
      expect(await other.accounts.get('a')).toEqual(account('a', { disabledAt: 7 }));
      expect(await other.accounts.get('b')).toBeUndefined();
    });

    test('keeps kinds apart', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('same'));
      expect(await store.goals.get('same')).toBeUndefined();
      expect(await store.goals.insert(goal('same'))).toBe(true);
      await store.goals.remove('same');
      expect(await store.accounts.get('same')).toEqual(account('same'));
    });

    test('takes an id once, and changes nothing the second time', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a'));
      const before = await store.accounts.revision();
      expect(await store.accounts.insert(account('a', { email: 'other@example.org' }))).toBe(false);
      expect(await store.accounts.list()).toEqual([account('a')]);
      expect(await store.accounts.find('email', 'other@example.org')).toEqual([]);
      expect(await store.accounts.revision()).toBe(before);
    });

    test('takes a unique value once, and as often as you like no value at all', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a', { subject: 'https://id.example 1' }));
      expect(await store.accounts.insert(account('b', { subject: 'https://id.example 1' }))).toBe(false);
      expect(await store.accounts.insert(account('c', { email: 'a@example.org' }))).toBe(false);
      expect(await store.accounts.insert(account('d'))).toBe(true);
      expect(await store.accounts.insert(account('e'))).toBe(true);
      // What stands for "none" inside an engine is no value that somebody could take from another.
      expect(await store.accounts.insert(account('f', { subject: '-d' }))).toBe(true);
      expect(await store.accounts.insert(account('g', { subject: '' }))).toBe(true);
      expect(await store.accounts.insert(account('h', { subject: '' }))).toBe(false);
      expect((await store.accounts.list()).map(({ id }) => id)).toEqual(['a', 'd', 'e', 'f', 'g']);
    });

    test('gives one of many who insert the same id at the same time the place', async () => {
      const { store, handle } = await setUp();
      const handles = [store, await handle(), await handle()];
      const taken = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          handles[n % 3]?.accounts.insert(account('one', { email: `${n}@example.org` })),
        ),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      const byValue = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          handles[n % 3]?.accounts.insert(account(`n${n}`, { email: 'same@example.org' })),
        ),
      );
      expect(byValue.filter(Boolean)).toHaveLength(1);
      expect(await store.accounts.list()).toHaveLength(2);
    });

    test('frees a unique value when its document is removed or gets another', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a'));
      await store.accounts.update('a', (found) => ({ ...found, email: 'new@example.org' }));
      expect(await store.accounts.insert(account('b', { email: 'a@example.org' }))).toBe(true);
      await store.accounts.remove('a');
      expect(await store.accounts.insert(account('c', { email: 'new@example.org' }))).toBe(true);
    });

    test('finds by a field exactly, in order of id', async () => {
      const { store } = await setUp();
      for (const id of ['c', 'a', 'b']) await store.goals.insert(goal(id, { site: 'shop' }));
      await store.goals.insert(goal('d', { site: 'shop2' }));
      await store.goals.insert(goal('e'));
      await store.goals.update('b', (found) => ({ ...found, site: 'Shop' }));
      expect((await store.goals.find('site', 'shop')).map(({ id }) => id)).toEqual(['a', 'c']);
      expect((await store.goals.find('site', 'Shop')).map(({ id }) => id)).toEqual(['b']);
      expect(await store.goals.find('site', '')).toEqual([]);
      expect(await store.goals.find('site', 'shop\0')).toEqual([]);
      expect((await store.accounts.find('email', 'a@example.org')).length).toBe(0);
    });

    test('refuses to find by a field that is none to find by', async () => {
      const { store } = await setUp();
      for (const field of ['name', 'id', '__proto__', '$where', 'conditions.field']) {
        await expect(store.goals.find(field, 'x')).rejects.toMatchObject({
          code: 'STORE_FIELD',
          kind: 'dead',
        });
      }
    });

    test('lists in order of code points, page by page, whatever the order of insertion', async () => {
      const { store } = await setUp();
      for (const id of ordered.toReversed()) await store.goals.insert(goal(id));
      expect((await store.goals.list()).map(({ id }) => id)).toEqual(ordered);
      const paged: string[] = [];
      for (let page = await store.goals.list({ limit: 4 }); page.length > 0; ) {
        paged.push(...page.map(({ id }) => id));
        page = await store.goals.list({ limit: 4, after: paged.at(-1) ?? '' });
      }
      expect(paged).toEqual(ordered);
      expect((await store.goals.list({ after: 'a\0b' }))[0]?.id).toBe('a-b');
      expect((await store.goals.list({ after: 'aaa' }))[0]?.id).toBe('b');
    });

    test('lists 100 by default and 1,000 at the most', async () => {
      const { store } = await setUp();
      const all = Array.from({ length: 1003 }, (_, n) => String(n).padStart(4, '0'));
      for (let at = 0; at < all.length; at += 50) {
        await Promise.all(all.slice(at, at + 50).map((id) => store.goals.insert(goal(id, { site: 's' }))));
      }
      const ids = async (listed: Promise<Goal[]>) => (await listed).map(({ id }) => id);
      expect(await ids(store.goals.list())).toEqual(all.slice(0, 100));
      expect(await ids(store.goals.list({ limit: 5000 }))).toEqual(all.slice(0, 1000));
      expect(await ids(store.goals.list({ limit: 250, after: '0099' }))).toEqual(all.slice(100, 350));
      expect(await ids(store.goals.list({ after: '0999' }))).toEqual(all.slice(1000));
      expect(await ids(store.goals.find('site', 's'))).toEqual(all.slice(0, 1000));
      for (const limit of [0, -1, Number.NaN]) expect(await store.goals.list({ limit })).toEqual([]);
    });

    test('replaces a document by what change makes of it', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a', { disabledAt: 1 }));
      const updated = await store.accounts.update('a', ({ disabledAt: _, ...found }) => ({
        ...found,
        name: 'x',
      }));
      expect(updated).toEqual(account('a', { name: 'x' }));
      expect(await store.accounts.get('a')).toEqual(account('a', { name: 'x' }));
      expect(await store.accounts.update('b', (found) => found)).toBeUndefined();
    });

    test('loses no change when many change one document at the same time', async () => {
      const { store, handle } = await setUp();
      const handles = [store, await handle(), await handle()];
      await store.accounts.insert(account('a', { createdAt: 0 }));
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          handles[n % 3]?.accounts.update('a', (found) => ({ ...found, createdAt: found.createdAt + 1 })),
        ),
      );
      expect(await store.accounts.get('a')).toEqual(account('a', { createdAt: 30 }));
    });

    test('changes nothing when change throws, takes what is taken, or gives another id', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a'));
      await store.accounts.insert(account('b'));
      const before = await store.accounts.revision();
      const update = (more: Partial<Account>) =>
        store.accounts.update('a', (found) => ({ ...found, ...more }));
      await expect(update({ email: 'b@example.org' })).rejects.toMatchObject({
        code: 'STORE_TAKEN',
        kind: 'dead',
      });
      await expect(update({ id: 'c' })).rejects.toMatchObject({ code: 'STORE_DOCUMENT', kind: 'dead' });
      const boom = () => {
        throw new Error('no');
      };
      await expect(store.accounts.update('a', boom)).rejects.toThrow('no');
      expect(await store.accounts.list()).toEqual([account('a'), account('b')]);
      expect(await store.accounts.revision()).toBe(before);
    });

    test('says whether there was one to remove', async () => {
      const { store } = await setUp();
      await store.accounts.insert(account('a'));
      expect(await store.accounts.remove('a')).toBe(true);
      expect(await store.accounts.remove('a')).toBe(false);
      expect(await store.accounts.get('a')).toBeUndefined();
      expect(await store.accounts.find('email', 'a@example.org')).toEqual([]);
      expect(await store.accounts.insert(account('a'))).toBe(true);
    });

    test('gives another revision after every change by anyone, of this kind only, and the same while nothing changes', async () => {
      const { store, handle } = await setUp();
      const other = await handle();
      const seen = [await store.accounts.revision()];
      const changes = [
        () => other.accounts.insert(account('a')),
        () => store.accounts.update('a', (found) => ({ ...found, name: 'b' })),
        () => other.accounts.update('a', (found) => ({ ...found, name: 'a' })),
        () => store.accounts.remove('a'),
        () => other.accounts.insert(account('a')),
      ];
      for (const change of changes) {
        await change();
        seen.push(await store.accounts.revision());
        await other.goals.insert(goal(`g${seen.length}`));
        await store.accounts.remove('nobody');
        expect(await other.accounts.revision()).toBe(seen.at(-1));
      }
      expect(new Set(seen).size).toBe(changes.length + 1);
    });

    test('gives another revision after changes that came together', async () => {
      const { store, handle } = await setUp();
      const other = await handle();
      for (let round = 0; round < 5; round++) {
        const before = await store.goals.revision();
        await Promise.all([
          store.goals.insert(goal(`a${round}`)),
          other.goals.insert(goal(`b${round}`)),
          store.goals.insert(goal(`c${round}`)),
        ]);
        const after = await other.goals.revision();
        expect(after).not.toBe(before);
        expect(await store.goals.revision()).toBe(after);
      }
    });

    test('refuses an id that is none, and finds nothing under it', async () => {
      const { store } = await setUp();
      for (const id of [
        '',
        'x'.repeat(257),
        'a\0',
        '\uD800',
        7 as unknown as string,
        { $gt: '' } as unknown as string,
      ]) {
        await expect(store.goals.insert(goal(id))).rejects.toMatchObject({
          code: 'STORE_DOCUMENT',
          kind: 'dead',
        });
        expect(await store.goals.get(id)).toBeUndefined();
        expect(await store.goals.update(id, (found) => found)).toBeUndefined();
        expect(await store.goals.remove(id)).toBe(false);
      }
      expect(await store.goals.insert(goal('\u{1F600}'.repeat(128)))).toBe(true);
    });

    test('keeps 64 KiB in one document, and refuses more', async () => {
      const { store } = await setUp();
      const room = 65_536 - Buffer.byteLength(JSON.stringify(goal('a', { name: '' })));
      expect(await store.goals.insert(goal('a', { name: 'x'.repeat(room) }))).toBe(true);
      expect((await store.goals.get('a'))?.name).toHaveLength(room);
      await expect(store.goals.insert(goal('b', { name: 'x'.repeat(room + 1) }))).rejects.toMatchObject({
        code: 'STORE_DOCUMENT',
      });
      await expect(store.goals.insert(goal('b', { site: 7 as unknown as string }))).rejects.toMatchObject({
        code: 'STORE_DOCUMENT',
      });
      expect(await store.goals.list()).toHaveLength(1);
    });

    test('has no more to say once closed', async () => {
      const { store } = await setUp();
      await store.close();
      await expect(store.goals.list()).rejects.toMatchObject({ code: 'STORE_CLOSED', kind: 'fatal' });
      await expect(store.goals.insert(goal('a'))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await store.close();
    });

    test('loses no change of another process, and sees what it wrote', async () => {
      const { url, store } = await setUp();
      await store.accounts.insert(account('a', { createdAt: 0 }));
      const child = startChild(script, url, 'count');
      onTestFinished(() => child.kill());
      await child.said('ready');
      for (let n = 0; n < 20; n++) {
        await store.accounts.update('a', (found) => ({ ...found, createdAt: found.createdAt + 1 }));
      }
      await child.said('done');
      expect((await store.accounts.get('a'))?.createdAt).toBe(40);
    });

    test('keeps what has resolved when the process is killed', async () => {
      const { url, store } = await setUp();
      const child = startChild(script, url, 'insert');
      await child.said('30');
      await child.kill();
      const kept = new Set((await store.goals.list({ limit: 1000 })).map(({ id }) => id));
      expect(child.lines.filter((id) => !kept.has(id))).toEqual([]);
      // The one after the last may have been under way.
      expect(kept.size).toBeLessThanOrEqual(child.lines.length + 1);
      expect(await store.goals.insert(goal('after'))).toBe(true);
    });

    roundTripPromises(setUp);
  });
};
