import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisPlace, type RedisPlace, redisUrl, startProxy } from '@pushtech/redis/testing';
import { startChild } from '@pushtech/sqlite/testing';
import { needs } from '@pushtech/testing';
import { seeded } from '@pushtech/testing/seeded';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dimensionsWith } from '../../src/dimensions.ts';
import { openStats, type Stats } from '../../src/index.ts';
import { asRecords, generateEvents } from '../generate.ts';

const NOW = Date.UTC(2026, 5, 15, 12);
const clock = () => NOW;
const all = { from: 0, to: NOW + 9e7, bots: 'include' as const };
const worker = new URL('redis-worker.ts', import.meta.url);

/**
 * The longest stretch without a look at the event loop, in ms of this thread's CPU time: what other programs on the machine
 * take does not count.
 */
const watchLoop = (): (() => number) => {
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - before.user - before.system) / 1000);
    before = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
};

needs('redis')('redis', () => {
  let place: RedisPlace;
  let opened: Stats[];
  beforeEach(async () => {
    place = await createRedisPlace();
    opened = [];
  });
  afterEach(async () => {
    for (const stats of opened) await stats.close();
    await place.dispose();
  });
  const open = async (url: string = place.url): Promise<Stats> => {
    const stats = await openStats(url, { clock, properties: ['status'] });
    opened.push(stats);
    return stats;
  };
  const batchOf = (n: number, seed = 1, source = 'events/0') => ({
    source,
    from: 0,
    next: n,
    records: asRecords(generateEvents(n, { from: NOW - 9e7, to: NOW, seed }), `b${seed}`),
  });

  it('counts the same as SQLite, visitors within 3 %', async () => {
    const one = await open();
    const other = await open('sqlite::memory:');
    for (const seed of [1, 2, 3]) {
      const part = batchOf(4000, seed, `events/${seed}`);
      for (const stats of [one, other]) {
        await stats.apply(part);
        // Some come a second time, by redelivery and as a sender's own repetition.
        const again = part.records
          .slice(0, 300)
          .map((record, i) => (i % 2 ? record : { ...record, origin: `r${seed}/${i}` }));
        await stats.apply({ ...part, from: 4000, next: 4300, records: again });
      }
    }
    const near = (got: number, want: number) => expect(Math.abs(got - want)).toBeLessThanOrEqual(want * 0.03);
    expect(await one.ledger({})).toEqual(await other.ledger({}));
    const queries = [
      all,
      { from: NOW - 3e7, to: NOW },
      { ...all, site: 'site1.example' },
      { ...all, type: 'click' },
    ];
    for (const query of queries) {
      const [mine, theirs] = [await one.summary(query), await other.summary(query)];
      expect({ ...mine, visitors: 0, visitorsExact: true }).toEqual({ ...theirs, visitors: 0 });
      near(mine.visitors, theirs.visitors);
      for (const { name: dimension } of [...dimensionsWith(['status']), { name: 'site' }, { name: 'type' }]) {
        const [a, b] = [
          await one.top({ ...query, dimension, limit: 50 }),
          await other.top({ ...query, dimension, limit: 50 }),
        ];
        expect({ ...a, rows: a.rows.map(({ value, events }) => [value, events]) }).toEqual({
          ...b,
          rows: b.rows.map(({ value, events }) => [value, events]),
        });
        a.rows.forEach(({ visitors }, i) => {
          near(visitors ?? 0, b.rows[i]?.visitors ?? 0);
        });
      }
      const span = { ...query, from: NOW - 3e7, interval: 'hour' as const };
      const [a, b] = [await one.series(span), await other.series(span)];
      expect(a.points.map(({ at, events }) => [at, events])).toEqual(
        b.points.map(({ at, events }) => [at, events]),
      );
      a.points.forEach(({ visitors }, i) => {
        near(visitors ?? 0, b.points[i]?.visitors ?? 0);
      });
    }
  }, 90_000);

  it('counts exactly while two processes work on different partitions', async () => {
    const workers = [1, 2].map((seed) =>
      startChild(worker, place.url, String(seed), '3000', `events/${seed}`),
    );
    await Promise.all(workers.map((child) => child.said('done')));
    expect(await (await open()).ledger({})).toMatchObject({ counted: 6000, duplicates: 0, redelivered: 0 });
  });

  it('counts every id once while its worker is killed over and over', async () => {
    const random = seeded(Number(process.env.SEED ?? 7));
    for (let round = 0; round < 10; round++) {
      const child = startChild(worker, place.url, '5', '6000', 'events/0');
      // Past its start, or in the middle of what it does.
      await Promise.race([child.said('done').catch(() => {}), sleep(300 + random() * 400)]);
      await child.kill();
    }
    const last = startChild(worker, place.url, '5', '6000', 'events/0');
    await last.said('done');
    const stats = await open();
    expect(await stats.position('events/0')).toBe(6000);
    expect(await stats.ledger({})).toMatchObject({ counted: 6000, duplicates: 0, redelivered: 0 });
    const types = await stats.top({ ...all, dimension: 'type', limit: 10 });
    expect(types.total.events).toBe((await stats.summary(all)).events);
  }, 60_000);

  it('goes on in the middle of a big batch that was cut off', async () => {
    const first = await open();
    const { records } = batchOf(2000);
    const broken = [...records];
    broken[1300] = { kind: 'event' } as never;
    await expect(first.apply({ source: 'events/0', from: 0, next: 5000, records: broken })).rejects.toThrow();
    expect(await first.position('events/0')).toBe(0);
    const second = await open();
    expect((await second.ledger({})).counted).toBeGreaterThan(0);
    await second.apply({ source: 'events/0', from: 0, next: 900, records: records.slice(0, 40) });
    await second.apply({ source: 'events/0', from: 900, next: 5000, records: records.slice(40) });
    expect(await second.position('events/0')).toBe(5000);
    expect(await second.ledger({})).toMatchObject({ counted: 2000, redelivered: 0, duplicates: 0 });
  });

  it('lets one of two owners of a partition win, without counting anything twice', async () => {
    const [a, b] = [await open(), await open()];
    const batch = batchOf(1500);
    const results = await Promise.all([a.apply(batch), b.apply(batch)]);
    expect(results.some(({ applied }) => applied)).toBe(true);
    expect(await b.ledger({})).toMatchObject({ counted: 1500, redelivered: 0, duplicates: 0 });
  });

  it('starts counting anew when its keys are gone', async () => {
    const stats = await open();
    await stats.apply(batchOf(200));
    await place.dispose();
    expect(await stats.position('events/0')).toBeUndefined();
    expect(await stats.apply({ ...batchOf(200), from: 200, next: 400 })).toEqual({
      applied: false,
      expected: 0,
    });
    expect(await stats.apply(batchOf(200))).toMatchObject({ counted: 200, duplicates: 0 });
  });

  it('says it is down when nothing comes back, and the same batch again counts once', async () => {
    const { host, port } = new URL(redisUrl);
    const proxy = await startProxy(Number(port));
    try {
      const stats = await open(place.url.replace(host, `127.0.0.1:${proxy.port}`));
      await stats.apply(batchOf(100));
      proxy.stall();
      const more = { ...batchOf(100, 2), from: 100, next: 200 };
      const begin = performance.now();
      await expect(stats.apply(more)).rejects.toMatchObject({ code: 'STATS_DOWN', kind: 'retry' });
      await expect(stats.summary(all)).rejects.toMatchObject({ code: 'STATS_DOWN', kind: 'retry' });
      expect(performance.now() - begin).toBeLessThan(6000);
      // What waited passes now: nobody knows whether the script runs before the batch comes again.
      proxy.flow();
      const again = () =>
        stats.apply(more).then(
          () => stats.position('events/0'),
          () => undefined,
        );
      await expect.poll(again, { timeout: 10_000, interval: 100 }).toBe(200);
      expect(await stats.ledger({})).toMatchObject({ counted: 200, redelivered: 0, duplicates: 0 });
    } finally {
      await proxy.close();
    }
  });

  it('does not hold the event loop while it applies or answers questions about many values', async () => {
    const stats = await open();
    for (let round = 0; round < 20; round++) {
      await stats.apply(batchOf(2000, round + 10, `events/${round}`));
    }
    const query = { from: NOW - 9e7, to: NOW };
    const pauses: number[] = [];
    for (let round = 0; round < 5; round++) {
      const more = batchOf(1000, round + 100, `more/${round}`);
      const stop = watchLoop();
      await Promise.all([
        stats.summary(query),
        stats.top({ ...query, dimension: 'page', limit: 100 }),
        stats.top({ ...query, dimension: 'path', limit: 1000 }),
        stats.series({ ...query, interval: 'minute' }),
        stats.apply(more),
      ]);
      pauses.push(stop());
    }
    // A collection of garbage may fall into any round: what counts is the best of some.
    expect(Math.min(...pauses)).toBeLessThan(20);
  }, 90_000);

  it('leaves no key behind when everything is older than the retention', async () => {
    let now = NOW;
    const stats = await openStats(place.url, { clock: () => now, retentionDays: 2, maintainMs: 20 });
    opened.push(stats);
    const crowd = generateEvents(2000, { from: NOW - 1000, to: NOW, people: 2000 });
    await stats.apply({ source: 'events/0', from: 0, next: 2000, records: asRecords(crowd) });
    const client = new Redis(redisUrl);
    const keys = async () =>
      (await client.keys(`${place.prefix}*`))
        .map((key) => key.slice(`${place.prefix}pushtech:stats:`.length))
        // Held while somebody looks after old data.
        .filter((key) => key !== 'lock')
        .sort();
    expect((await keys()).filter((key) => key.includes(':big:'))).toHaveLength(3);
    now += 4 * 86_400_000;
    await expect.poll(keys, { timeout: 8000 }).toEqual(['ids', 'ids:1', 'origins:1', 'positions']);
    client.disconnect();
  });
});

it('refuses a list of servers with a sentence', async () => {
  await expect(openStats('redis://127.0.0.1:1,127.0.0.1:2')).rejects.toMatchObject({
    code: 'STATS_URL',
    kind: 'fatal',
  });
});

it('opens while Redis is down, and says so when it is asked', async () => {
  const stats = await openStats('redis://127.0.0.1:1');
  await expect(stats.position('events/0')).rejects.toMatchObject({ code: 'STATS_DOWN', kind: 'retry' });
  await stats.close();
});
