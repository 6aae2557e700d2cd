import { setTimeout as sleep } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import { expect, vi } from 'vitest';
import type { Batch, Start, SubscribeOptions } from '../src/index.ts';
import { collector, committed, end, type Kit, numbered, record, sorted, until, values } from './kit.ts';

/** What a group is given, and what becomes of its answers. */
export const groupPromises = ({ setUp, promise }: Kit): void => {
  promise('delivers 10,000 records to every group, in batches that join without a gap', async (context) => {
    const { log } = await setUp(context);
    const [one, two] = [collector(), collector()];
    await log.subscribe({ topics: ['t'], group: 'one', handle: one.handle });
    for (let n = 0; n < 10; n++) await log.append(numbered(10_000).slice(n * 1000, n * 1000 + 1000));
    await log.subscribe({ topics: ['t'], group: 'two', maxRecords: 300, handle: two.handle });
    const all = values(numbered(10_000));
    await until(() => expect([one.values().length, two.values().length]).toEqual([10_000, 10_000]), 20_000);
    expect(sorted(one.values())).toEqual(all);
    expect(sorted(two.values())).toEqual(all);
    expect(Math.max(...two.batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(300);
    const nexts = new Map<number, number>();
    for (const { partition, from, next, records } of two.batches) {
      expect(from).toBe(nexts.get(partition) ?? from);
      expect(records[0]?.position).toBeGreaterThanOrEqual(from);
      expect(records.at(-1)?.position).toBeLessThan(next);
      nexts.set(partition, next);
    }
  });

  promise('goes on where the group has committed', async (context) => {
    const { log, handle } = await setUp(context);
    await log.append(numbered(10));
    const first = collector();
    const subscription = await log.subscribe({ topics: ['t'], group: 'g', handle: first.handle });
    await until(() => expect(first.values()).toHaveLength(10));
    await until(async () => expect(await committed(log)).toBe(await end(log)));
    await subscription.stop();
    await subscription.stop();
    await log.append([record('more')]);
    const second = collector();
    const other = await handle();
    await other.subscribe({ topics: ['t'], group: 'g', handle: second.handle });
    await until(() => expect(second.values()).toEqual(['more']));
  });

  promise('starts where startAt says: earliest, latest, a position, a time', async (context) => {
    const { log } = await setUp(context);
    await log.append(numbered(20));
    await sleep(30);
    const time = Date.now();
    await sleep(30);
    await log.append([record('later')]);
    const starting = async (start: (partition: number) => Start | undefined): Promise<string[]> => {
      const found = collector();
      const startAt = async (_: string, partition: number) => start(partition);
      const options = { topics: ['t'], group: 'again', startAt, handle: found.handle };
      const subscription = await log.subscribe(options);
      await log.append([record('last')]);
      await until(() => expect(found.values()).toContain('last'));
      await until(async () => expect(await committed(log, 'again')).toBe(await end(log)));
      await subscription.stop();
      return found.values();
    };
    expect(await starting(() => 'earliest')).toHaveLength(22);
    expect(await starting(() => 'latest')).toEqual(['last']);
    expect((await starting(() => ({ time }))).toSorted()).toEqual(['last', 'last', 'last', 'later']);
    const ranges = await log.ranges('t');
    const middle = (partition: number) => Math.floor((ranges[partition]?.end ?? 0) / 2);
    const expected = ranges.reduce((sum, range) => sum + range.end - middle(range.partition), 1);
    expect(await starting(middle)).toHaveLength(expected);
    expect(await starting(() => undefined)).toEqual(['last']);
  });

  promise('starts over at the oldest record when a position is past the end', async (context) => {
    const { log } = await setUp(context);
    await log.append(numbered(5));
    const found = collector();
    const startAt = async () => 1_000_000;
    await log.subscribe({ topics: ['t'], group: 'g', startAt, handle: found.handle });
    await until(() => expect(sorted(found.values())).toEqual(values(numbered(5))));
  });

  promise('waits for the running handle when it stops, and commits it', async (context) => {
    const { log } = await setUp(context);
    await log.append([record('a')]);
    const order: string[] = [];
    const handle = async () => {
      order.push('begun');
      await sleep(200);
      order.push('done');
      return undefined;
    };
    const subscription = await log.subscribe({ topics: ['t'], group: 'g', handle });
    await until(() => expect(order).toEqual(['begun']));
    await subscription.stop();
    order.push('stopped');
    expect(order).toEqual(['begun', 'done', 'stopped']);
    expect(await committed(log)).toBe(await end(log));
  });

  promise('goes where a handler seeks to, and commits nothing for it', async (context) => {
    const { log } = await setUp(context);
    await log.append(numbered(10));
    const seen: Batch[] = [];
    const handle: SubscribeOptions['handle'] = async (batch) => {
      seen.push(batch);
      const first = seen.filter(({ partition }) => partition === batch.partition).length === 1;
      return first ? { seek: batch.next - 1 } : undefined;
    };
    await log.subscribe({ topics: ['t'], group: 'g', handle });
    const filled = (await log.ranges('t')).filter((range) => range.end > range.start);
    await until(() => expect(seen).toHaveLength(filled.length * 2));
    for (const { partition, end } of filled) {
      const second = seen.filter((batch) => batch.partition === partition)[1];
      expect([second?.from, second?.next]).toEqual([end - 1, end]);
    }
  });

  promise('brings a batch again after an error of kind retry, and loses nothing', async (context) => {
    const { log } = await setUp(context);
    await log.append([record('a')]);
    const seen: { at: number; values: string[] }[] = [];
    const handle = async (batch: Batch): Promise<undefined> => {
      seen.push({ at: performance.now(), values: values(batch.records) });
      if (seen.length < 3) throw new PushtechError('STORE_DOWN', 'retry', 'the store is down');
    };
    await log.subscribe({ topics: ['t'], group: 'g', handle });
    await until(() => expect(seen).toHaveLength(3));
    expect(seen.map((batch) => batch.values)).toEqual([['a'], ['a'], ['a']]);
    expect((seen[2]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(250);
    await log.append([record('b')]);
    await until(() => expect(seen.at(-1)?.values).toEqual(['b']));
  });

  promise('ends a subscription by any other error; the batch goes to the next member', async (context) => {
    const { log } = await setUp(context);
    await log.append([record('a')]);
    for (const error of [new TypeError('a bug'), new PushtechError('X', 'dead', 'no')]) {
      const broken = await log.subscribe({
        topics: ['t'],
        group: 'g',
        async handle() {
          throw error;
        },
      });
      await expect(broken.failed).rejects.toBe(error);
      await broken.stop();
    }
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await until(() => expect(found.values()).toEqual(['a']), 15_000);
  });

  promise('does not disturb the process when a subscription fails and nobody listens', async (context) => {
    const { log } = await setUp(context);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const handle = vi.fn(() => Promise.reject(new Error('a bug')));
    await log.tail({ topics: ['t'], handle });
    await log.append([record('a')]);
    await until(() => expect(handle).toHaveBeenCalled());
    await sleep(50);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
};
