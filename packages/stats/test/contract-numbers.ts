import { describe, expect } from 'vitest';
import type { Stats } from '../src/index.ts';
import { asRecords, generateEvents } from './generate.ts';
import { batchOf, DAY, dimensions, events, everything, HOUR, type Kit, NOW, plain } from './kit.ts';
import * as recount from './recount.ts';

export const numbersPromises = ({ fresh, promise, visitors, visitorsExact }: Kit): void => {
  describe('numbers', () => {
    const from = NOW - 2 * DAY;
    const many = generateEvents(3000, { from, to: NOW });

    promise('equal an independent count, in every dimension and interval', async () => {
      const stats = await fresh();
      for (let i = 0; i < many.length; i += 700) {
        await stats.apply(batchOf(i, asRecords(many.slice(i, i + 700), `b${i}`)));
      }
      const queries: recount.Wanted[] = [
        { from, to: NOW, bots: 'include' },
        { from: from + 5 * HOUR, to: from + 29 * HOUR },
        { from, to: NOW, bots: 'only', site: 'site0.example' },
        { from, to: NOW, type: 'heartbeat', bots: 'include' },
        { from, to: NOW, type: 'click', site: 'site1.example' },
        { from, to: NOW, site: 'nowhere.example' },
      ];
      for (const query of queries) await compare(stats, query);
    });

    const compare = async (stats: Stats, query: recount.Wanted): Promise<void> => {
      const chosen = recount.select(many, query);
      expect(await stats.summary(query)).toEqual({
        from: query.from,
        to: query.to,
        events: chosen.length,
        visitors: visitors(recount.visitors(chosen)),
        visitorsExact,
      });
      for (const dimension of dimensions) {
        const rows = recount
          .top(chosen, dimension)
          .map((row) => (row.visitors === undefined ? row : { ...row, visitors: visitors(row.visitors) }));
        const got = await stats.top({ ...query, dimension, limit: 10_000 });
        expect(got, dimension).toEqual({
          from: query.from,
          to: query.to,
          dimension,
          rows,
          other: { events: 0 },
          total: { events: chosen.length },
        });
      }
      for (const interval of ['minute', 'hour', 'day'] as const) await compareSeries(stats, query, interval);
    };

    const compareSeries = async (
      stats: Stats,
      query: recount.Wanted,
      interval: 'minute' | 'hour' | 'day',
    ) => {
      const length = { minute: 60_000, hour: HOUR, day: DAY }[interval];
      const first = Math.floor(query.from / length) * length;
      const last = Math.ceil(query.to / length) * length;
      const chosen = recount.select(many, { ...query, from: first, to: last });
      const buckets = Map.groupBy(
        chosen,
        ({ occurredAt }) => Math.floor(Date.parse(occurredAt) / length) * length,
      );
      const points = Array.from({ length: (last - first) / length }, (_, i) => {
        const inBucket = buckets.get(first + i * length) ?? [];
        return {
          at: first + i * length,
          events: inBucket.length,
          visitors: visitors(recount.visitors(inBucket)),
        };
      });
      expect(await stats.series({ ...query, interval })).toEqual({
        from: first,
        to: last,
        interval,
        points,
      });
    };

    promise('of visitors are exact where the answer says so', async () => {
      const stats = await fresh();
      await stats.apply(batchOf(0, asRecords(many)));
      for (const length of [HOUR, 6 * HOUR, 2 * DAY]) {
        const query = { from, to: from + length };
        const { visitors: got, visitorsExact: exact } = await stats.summary(query);
        const want = recount.visitors(recount.select(many, query));
        expect(got).toEqual(exact ? want : visitors(want));
      }
    });

    promise('of one value are a series of their own', async () => {
      const stats = await fresh();
      await stats.apply(batchOf(0, asRecords(many)));
      const query = { from, to: NOW, interval: 'hour' as const };
      for (const [dimension, value] of [
        ['country', 'DE'],
        ['type', 'click'],
        ['site', null],
        ['campaign', null],
        ['properties.status', '404'],
      ] as const) {
        const { points } = await stats.series({ ...query, dimension, value });
        const chosen = recount
          .select(many, query)
          .filter((event) => recount.readValue(event, dimension) === value);
        expect(chosen.length).toBeGreaterThan(10);
        expect(points.reduce((sum, point) => sum + point.events, 0)).toBe(chosen.length);
        expect('visitors' in (points[0] ?? {})).toBe(dimension !== 'properties.status');
        if (dimension === 'country') {
          const hour = points[10] as { at: number; visitors?: number };
          const inHour = chosen.filter(
            ({ occurredAt }) => Math.floor(Date.parse(occurredAt) / HOUR) === hour.at / HOUR,
          );
          expect(hour.visitors).toEqual(visitors(recount.visitors(inHour)));
        }
      }
    });

    promise('beyond the limit of a list are its `other`', async () => {
      const stats = await fresh();
      await stats.apply(batchOf(0, asRecords(many)));
      const { rows, other, total } = await stats.top({ from, to: NOW, dimension: 'city', limit: 3 });
      expect(rows).toHaveLength(3);
      expect(rows.reduce((sum, row) => sum + row.events, 0) + other.events).toBe(total.events);
      expect(total.events).toBe(recount.select(many, { from, to: NOW }).length);
    });

    promise('keep odd values apart and as they came', async () => {
      const stats = await fresh();
      const odd = [
        '__proto__',
        'constructor',
        'é',
        'e\u0301',
        '😀',
        'a\u0000b',
        'a',
        'x'.repeat(9000),
        '<b>',
        "'; --",
        'null',
        '',
        '\ud800',
      ];
      const list = odd.map((value, i) =>
        plain(i, {
          campaign: { name: value },
          properties: Object.assign(JSON.parse(`{"__proto__":${JSON.stringify(value)}}`), {
            status: value,
          }),
        }),
      );
      await stats.apply(batchOf(0, events(...list)));
      for (const dimension of ['properties.status', 'properties.__proto__']) {
        const { rows } = await stats.top({ ...everything, dimension, limit: 100 });
        expect(new Set(rows.map(({ value }) => value))).toEqual(
          new Set(odd.map((value) => value.toWellFormed())),
        );
        expect(rows.every((row) => row.events === 1)).toBe(true);
      }
      const { rows } = await stats.top({ ...everything, dimension: 'properties.constructor', limit: 5 });
      expect(rows).toEqual([{ value: null, events: odd.length }]);
      const query = { from: NOW, to: NOW + HOUR, interval: 'hour' as const, dimension: 'campaign' };
      expect((await stats.series({ ...query, value: 'a\u0000b' })).points[0]?.events).toBe(1);
      expect((await stats.series({ ...query, value: null })).points[0]?.events).toBe(1);
    });

    promise('refuse a dimension that is not counted, and too many points', async () => {
      const stats = await fresh();
      for (const dimension of ['colour', 'properties.colour', '__proto__']) {
        await expect(stats.top({ ...everything, dimension, limit: 1 })).rejects.toMatchObject({
          code: 'STATS_DIMENSION',
        });
      }
      const long = { from: NOW - 7 * DAY, to: NOW, interval: 'minute' as const };
      await expect(stats.series(long)).rejects.toMatchObject({ code: 'STATS_TOO_MANY_POINTS' });
      await expect(stats.series({ ...everything, interval: 'day', tz: 'Mars/Base' })).rejects.toMatchObject({
        code: 'STATS_TIME_ZONE',
      });
    });
  });
};
