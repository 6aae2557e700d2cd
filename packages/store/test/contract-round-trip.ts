import { naughtyStrings } from '@pushtech/event/fixtures';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Goal, Store } from '../src/index.ts';

const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '$where',
    '$set',
    'a.b',
    '.',
    '',
    '0',
    '_id',
    'NaN',
  ),
  fc.constantFrom(...naughtyStrings()),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const texts = fc.oneof(
  fc.constantFrom(...naughtyStrings()),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '\uD83D',
    '\uDE00\uD83D',
    '\uFEFF',
    '\u2028',
    '2026-01-01T00:00:00.000Z',
    '9007199254740993',
  ),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    texts,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  // fromEntries makes `__proto__` a field like any other.
  object: fc
    .array(fc.tuple(names, tie('value')), { maxLength: 4 })
    .map((fields) => Object.fromEntries(fields)),
}));

/** What an id may hold. */
const ids = texts.filter(
  (id) => id.length > 0 && id.length <= 256 && id.isWellFormed() && !id.includes('\0'),
);

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @param setUp opens a fresh, empty store */
export const roundTripPromises = (setUp: () => Promise<{ store: Store }>): void => {
  test('gives back every document as it was, under its id and by its fields', async () => {
    const { store } = await setUp();
    await fc.assert(
      fc.asyncProperty(ids, texts, value, async (id, site, deep) => {
        const document = { id, name: 'x', type: 't', site, conditions: [], createdAt: 1, deep } as Goal;
        expect(await store.goals.insert(document)).toBe(true);
        try {
          expect(JSON.stringify(await store.goals.get(id))).toBe(JSON.stringify(document));
          expect(await store.goals.find('site', site)).toEqual([document]);
        } finally {
          await store.goals.remove(id);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('tells half characters apart where it finds by them', async () => {
    const { store } = await setUp();
    const halves = ['\uD83D', '\uDE00', '\uFFFD', '\0', '\\ud83d'];
    for (const site of halves) {
      await store.goals.insert({
        id: `of ${halves.indexOf(site)}`,
        name: '',
        type: 't',
        site,
        conditions: [],
        createdAt: 1,
      });
    }
    for (const site of halves) {
      expect((await store.goals.find('site', site)).map(({ id }) => id)).toEqual([
        `of ${halves.indexOf(site)}`,
      ]);
    }
  });

  test('leaves out what is undefined', async () => {
    const { store } = await setUp();
    const document: Goal = { id: 'a', name: 'x', type: 't', conditions: [], createdAt: 1 };
    await store.goals.insert({ ...document, site: undefined } as unknown as Goal);
    expect(Object.keys((await store.goals.get('a')) ?? {})).toEqual(Object.keys(document));
  });

  test('makes no prototype of a field named __proto__', async () => {
    const { store } = await setUp();
    await store.goals.insert(JSON.parse('{"id":"a","__proto__":{"admin":true},"$set":{"x.y":1}}'));
    const found = (await store.goals.get('a')) as unknown as Record<string, unknown>;
    expect(found.admin).toBeUndefined();
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(Object.keys(found)).toEqual(['id', '__proto__', '$set']);
  });

  test('keeps any texts in order of their code points', async () => {
    const { store } = await setUp();
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(ids, { minLength: 2, maxLength: 12 }), async (some) => {
        await Promise.all(
          some.map((id) => store.shares.insert({ id, name: '', createdBy: '', createdAt: 0 })),
        );
        const listed = (await store.shares.list({ limit: 1000 })).map(({ id }) => id);
        await Promise.all(some.map((id) => store.shares.remove(id)));
        expect(listed).toEqual(some.toSorted(byCodePoint));
      }),
      { numRuns: 15 },
    );
  });
};
