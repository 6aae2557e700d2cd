import type { Event } from '@pushtech/event';
import { describe, expect } from 'vitest';
import type { Stats, StatsRecord } from '../src/index.ts';
import { asRecords, generateEvents } from './generate.ts';
import { batchOf, DAY, dimensions, everything, HOUR, type Kit, NOW, plain } from './kit.ts';
import * as recount from './recount.ts';

/** Old days go in small steps, between which others have their turn. */
const WITHIN = { timeout: 25_000, interval: 10 };

const meets = (event: Event, goals: readonly string[], origin?: string): StatsRecord => ({
  kind: 'event',
  event,
  goals,
  ...(origin !== undefined && { origin }),
});

/** Which goals the generated events meet. */
const goalsOf = (event: Event): string[] => {
  const goals: string[] = [];
  if (event.type === 'click') goals.push('clicks');
  if (event.page?.path.startsWith('/sport/')) goals.push('sport');
  return goals;
};

export const goalPromises = ({ fresh, promise, visitors, visitorsExact }: Kit): void => {
  describe('goals', () => {
    const from = NOW - 2 * DAY;
    const many = generateEvents(2000, { from, to: NOW });
    const records = asRecords(many).map((record) =>
      record.kind === 'event' ? { ...record, goals: goalsOf(record.event) } : record,
    );
    /** The events that meet a goal, as if they had been sent with its type. */
    const asGoal = (goal: string) =>
      many
        .filter((event) => goalsOf(event).includes(goal))
        .map((event) => ({ ...event, type: `goal/${goal}` }));

    const compare = async (stats: Stats, events: Event[], query: recount.Wanted): Promise<void> => {
      const chosen = recount.select(events, query);
      expect(await stats.summary(query)).toMatchObject({
        events: chosen.length,
        visitors: visitors(recount.visitors(chosen)),
        visitorsExact,
      });
      for (const dimension of dimensions) {
        const rows = recount
          .top(chosen, dimension)
          .map((row) => (row.visitors === undefined ? row : { ...row, visitors: visitors(row.visitors) }));
        const got = await stats.top({ ...query, dimension, limit: 10_000 });
        expect(got, dimension).toMatchObject({ rows, total: { events: chosen.length } });
      }
      const { points } = await stats.series({ ...query, interval: 'hour' });
      expect(points.reduce((sum, point) => sum + point.events, 0)).toBe(chosen.length);
      const at = points[7]?.at ?? 0;
      const inHour = chosen.filter(
        ({ occurredAt }) => Math.floor(Date.parse(occurredAt) / HOUR) === at / HOUR,
      );
      expect(points[7]).toEqual({
        at,
        events: inHour.length,
        visitors: visitors(recount.visitors(inHour)),
      });
    };

    promise('are counted in every dimension, as a type of their own', async () => {
      const stats = await fresh();
      expect(await stats.apply(batchOf(0, records))).toMatchObject({ counted: 2000, duplicates: 0 });
      for (const goal of ['clicks', 'sport']) {
        expect(asGoal(goal).length).toBeGreaterThan(50);
        for (const more of [{}, { bots: 'only' as const }, { site: 'site1.example' }]) {
          await compare(stats, asGoal(goal), { from, to: NOW, type: `goal/${goal}`, ...more });
        }
      }
      expect(await stats.summary({ from, to: NOW, type: 'goal/never' })).toMatchObject({ events: 0 });
    });

    promise('are no part of any number that is asked for without their type', async () => {
      const stats = await fresh();
      await stats.apply(batchOf(0, records));
      for (const bots of ['exclude', 'include'] as const) await compare(stats, many, { from, to: NOW, bots });
      const { rows } = await stats.top({ from, to: NOW, dimension: 'type', limit: 100 });
      expect(rows.filter(({ value }) => value?.startsWith('goal/'))).toEqual([]);
      const asSeries = { from, to: NOW, interval: 'day' as const, dimension: 'type', value: 'goal/sport' };
      expect((await stats.series(asSeries)).points.every((point) => point.events === 0)).toBe(true);
      expect(await stats.ledger({})).toMatchObject({ kept: 2000, counted: 2000, duplicates: 0 });
    });

    promise('are counted once, whatever comes again', async () => {
      const stats = await fresh();
      const both = meets(plain(1, { visitor: 'v' }), ['a', 'b'], 'b/0');
      await stats.apply(batchOf(0, [both, meets(plain(1), ['a', 'c'])]));
      await stats.apply(batchOf(2, [both, meets(plain(1), ['a'], 'c/0'), meets(plain(2), ['b'], 'b/1')]));
      expect(await stats.apply(batchOf(2, [meets(plain(3), ['a'])]))).toEqual({
        applied: false,
        expected: 5,
      });
      const count = async (goal: string) => {
        const { events, visitors: people } = await stats.summary({ ...everything, type: `goal/${goal}` });
        return [events, people];
      };
      expect(await count('a')).toEqual([1, 1]);
      expect(await count('b')).toEqual([2, 1]);
      expect(await count('c')).toEqual([0, 0]);
      expect(await stats.ledger({})).toMatchObject({ kept: 5, counted: 2, duplicates: 3, redelivered: 1 });
    });

    promise(
      'of an event that is older than the retention are not counted, and go with their day',
      async () => {
        let now = NOW;
        const stats = await fresh({ clock: () => now, maintainMs: 10, retentionDays: 10 });
        const old = plain(1, { occurredAt: new Date(NOW - 12 * DAY).toISOString() });
        await stats.apply(batchOf(0, [meets(old, ['a']), meets(plain(2, { visitor: 'v' }), ['a'])]));
        const query = { ...everything, type: 'goal/a' };
        expect(await stats.summary(query)).toMatchObject({ events: 1, visitors: 1 });
        now += 12 * DAY;
        await expect.poll(() => stats.summary(query), WITHIN).toMatchObject({ events: 0, visitors: 0 });
        expect((await stats.top({ ...query, dimension: 'path', limit: 5 })).total.events).toBe(0);
      },
    );

    promise('stay what they are when minutes and hours go', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now, maintainMs: 10 });
      await stats.apply(batchOf(0, records));
      const ask = () =>
        Promise.all([
          stats.summary({ from, to: NOW, type: 'goal/sport' }),
          stats.top({ from, to: NOW, type: 'goal/sport', dimension: 'source', limit: 100 }),
        ]);
      const before = await ask();
      now += 3 * DAY;
      const interval = async () => (await stats.series({ from, to: NOW, interval: 'minute' })).interval;
      await expect.poll(interval, WITHIN).toBe('hour');
      expect(await ask()).toEqual(before);
    });

    promise('have room where others have made up more types than are told apart', async () => {
      const stats = await fresh({ caps: { types: 3 } });
      const flood = Array.from({ length: 10 }, (_, i) => meets(plain(i, { type: `t${i}` }), []));
      await stats.apply(batchOf(0, flood));
      const goals = ['a', 'b', 'c', 'd', 'e'];
      await stats.apply(batchOf(10, [meets(plain(11, { type: 't0', visitor: 'v' }), goals)]));
      await stats.apply(batchOf(11, [meets(plain(12, { type: 't0', visitor: 'w' }), goals)]));
      const counts: number[] = [];
      for (const goal of goals)
        counts.push((await stats.summary({ ...everything, type: `goal/${goal}` })).events);
      // Twice as many types as the cap; what goes beyond is nowhere, for under `other` its event would count again.
      expect(counts).toEqual([2, 2, 2, 0, 0]);
      expect(await stats.summary(everything)).toMatchObject({ events: 12, visitors: 2 });
      expect(await stats.top({ ...everything, dimension: 'type', limit: 100 })).toMatchObject({
        rows: [
          { value: 't0', events: 3 },
          { value: 't1', events: 1 },
          { value: 't2', events: 1 },
        ],
        other: { events: 7 },
        total: { events: 12 },
      });
      const paths = await stats.top({ ...everything, type: 'goal/c', dimension: 'path', limit: 5 });
      expect(paths.rows).toEqual([{ value: null, events: 2, visitors: 2 }]);
    });
  });
};
