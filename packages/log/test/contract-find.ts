import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { NewRecord } from '../src/index.ts';
import { type Kit, numbered, values } from './kit.ts';

const keyed = (key: string, value: string, topic = 't'): NewRecord => ({ topic, key, value });

/** Records are found by their key. */
export const findPromises = ({ setUp, promise }: Kit): void => {
  promise('finds all records of a topic with a key, the newest first, and no other', async (context) => {
    const { log } = await setUp(context);
    await log.append([
      ...numbered(200),
      { ...keyed('x', 'first'), headers: { origin: '1/2' } },
      ...numbered(200),
    ]);
    await log.append([
      keyed('x', 'second'),
      keyed('x ', 'other'),
      keyed('X', 'other'),
      keyed('x', 'elsewhere', 'u'),
    ]);
    await log.append(numbered(300));
    const found = await log.find('t', 'x');
    expect(values(found.records)).toEqual(['second', 'first']);
    expect(found.records[1]).toMatchObject({ topic: 't', key: 'x', headers: { origin: '1/2' } });
    for (const { partition, position, value } of found.records) {
      expect((await log.read('t', partition, position, 1)).records[0]?.value).toBe(value);
    }
    expect(found.complete).toBe(true);
    expect(found.searchedFrom).toBe(0);
    expect(Math.abs(found.searchedUntil - Date.now())).toBeLessThan(10_000);
    expect(Math.abs((found.oldest ?? 0) - Date.now())).toBeLessThan(30_000);
    expect(values((await log.find('u', 'x')).records)).toEqual(['elsewhere']);
    expect((await log.find('t', 'never')).records).toEqual([]);
  });

  promise('finds every text as a key, live and stored', async (context) => {
    const { log, handle } = await setUp(context);
    const odd = ['', 'ä', 'a\u0000b', '\u{1F600}', 'a\uD800', "'; --", 'x'.repeat(900)];
    await log.append(odd.map((key, n) => keyed(key, `${n}`)));
    const other = await handle();
    for (const [n, key] of odd.entries()) {
      expect(values((await log.find('t', key)).records), `${n}`).toEqual([`${n}`]);
      expect(values((await other.find('t', key)).records), `${n}`).toEqual([`${n}`]);
    }
  });

  promise('finds nothing in an unknown topic, and says that nothing is kept', async (context) => {
    const { log } = await setUp(context);
    const found = await log.find('nothing', 'x');
    expect(found).toMatchObject({ records: [], complete: true });
    expect(found.oldest).toBeUndefined();
  });

  promise('keeps to the span of time it is given', async (context) => {
    const { log } = await setUp(context);
    await log.append([keyed('x', 'early')]);
    await sleep(50);
    await log.append([keyed('x', 'middle')]);
    await sleep(50);
    await log.append([keyed('x', 'late')]);
    const [late, middle, early] = (await log.find('t', 'x')).records.map(({ at }) => at) as [
      number,
      number,
      number,
    ];
    const search = async (since: number, until: number) => {
      const found = await log.find('t', 'x', { since, until });
      expect(found).toMatchObject({ complete: true, searchedFrom: since, searchedUntil: until });
      return values(found.records);
    };
    expect(await search(early, late)).toEqual(['middle', 'early']);
    expect(await search(early + 1, late + 1)).toEqual(['late', 'middle']);
    expect(await search(middle, middle + 1)).toEqual(['middle']);
    expect(await search(0, early)).toEqual([]);
    expect(values((await log.find('t', 'x', { since: middle + 1 })).records)).toEqual(['late']);
  });

  promise('stops at the bound of its work, says how far it came, and goes on from there', async (context) => {
    const { log } = await setUp(context);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      await log.append([keyed('x', `${round}`), ...numbered(50)]);
      times.push(Date.now());
      await sleep(20);
    }
    const two = await log.find('t', 'x', { max: 2 });
    expect(values(two.records)).toEqual(['4', '3']);
    expect(two.complete).toBe(false);
    expect(two.searchedFrom).toBe((two.records[1]?.at ?? 0) + 1);
    const rest = await log.find('t', 'x', { until: two.searchedFrom });
    expect(rest.complete).toBe(true);
    const seen = new Set(values([...two.records, ...rest.records]));
    expect(seen).toEqual(new Set(['0', '1', '2', '3', '4']));
    const none = await log.find('t', 'x', { withinMs: 0 });
    expect(none).toMatchObject({ records: [], complete: false, searchedFrom: none.searchedUntil });
  });
};
