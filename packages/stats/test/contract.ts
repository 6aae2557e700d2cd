import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@pushtech/event';
import { afterEach, describe, expect, it } from 'vitest';
import type { Stats, StatsBatch, StatsOptions, StatsRecord } from '../src/index.ts';
import { asRecords, generateEvents } from './generate.ts';
import * as recount from './recount.ts';

export interface ContractOptions {
  /** Names of promises that an engine cannot keep, e.g. because its visitors are estimates. */
  skip?: string[];
}

export type OpenStats = (options?: StatsOptions) => Promise<Stats>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 12);
const everything = { from: NOW - 60 * DAY, to: NOW + DAY };
const properties = ['status', 'method', 'deep', '__proto__', 'constructor'];
const dimensions =
  'type site path page referrer source medium campaign country region city browser os device properties.status properties.method properties.deep'.split(
    ' ',
  );

const plain = (id: number, more: Partial<Event> = {}): Event => ({
  v: 1,
  id: `00000000-0000-7000-8000-${String(id).padStart(12, '0')}`,
  type: 'pageview',
  site: 'a.example',
  receivedAt: new Date(NOW).toISOString(),
  occurredAt: new Date(NOW).toISOString(),
  via: 'pixel',
  properties: {},
  ...more,
});

const batchOf = (from: number, records: StatsRecord[], more: Partial<StatsBatch> = {}): StatsBatch => ({
  source: 'events/0',
  from,
  next: from + records.length,
  records,
  ...more,
});

const events = (...list: Event[]): StatsRecord[] => list.map((event) => ({ kind: 'event', event }));

/** The promises of `Stats`. Every engine runs them in several configurations. @param open opens fresh, empty stats */
export const statsContract = (name: string, open: OpenStats, { skip = [] }: ContractOptions = {}): void => {
  const opened: Stats[] = [];
  const fresh = async (options: StatsOptions = {}): Promise<Stats> => {
    const stats = await open({ clock: () => NOW, properties, ...options });
    opened.push(stats);
    return stats;
  };
  const promise = (text: string, check: () => Promise<void>) => it.skipIf(skip.includes(text))(text, check);

  describe(`stats: ${name}`, () => {
    afterEach(async () => {
      for (const stats of opened.splice(0)) await stats.close();
    });

    describe('applying', () => {
      promise('has no position before the first batch, and the next one after it', async () => {
        const stats = await fresh();
        expect(await stats.position('events/0')).toBeUndefined();
        expect(await stats.apply(batchOf(0, events(plain(1), plain(2)), { next: 7 }))).toEqual({
          applied: true,
          counted: 2,
          duplicates: 0,
        });
        expect(await stats.position('events/0')).toBe(7);
        expect(await stats.position('events/1')).toBeUndefined();
      });

      promise('changes nothing when a batch is applied twice', async () => {
        const stats = await fresh();
        const batch = batchOf(0, events(plain(1), plain(2)));
        await stats.apply(batch);
        expect(await stats.apply(batch)).toEqual({ applied: false, expected: 2 });
        expect(await stats.summary(everything)).toMatchObject({ events: 2 });
        expect(await stats.ledger({})).toMatchObject({ kept: 2, duplicates: 0 });
      });

      promise('refuses a batch from a position that is not the stored one, and says which is', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(plain(1)), { next: 5 }));
        expect(await stats.apply(batchOf(9, events(plain(2))))).toEqual({ applied: false, expected: 5 });
        expect(await stats.apply(batchOf(3, events(plain(2)), { source: 'events/1' }))).toEqual({
          applied: false,
          expected: 0,
        });
        expect(await stats.summary(everything)).toMatchObject({ events: 1 });
      });

      promise('starts over where a new epoch begins, and knows the ids again', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(plain(1)), { next: 500 }));
        expect(await stats.apply(batchOf(3, events(plain(1), plain(2)), { newEpoch: true }))).toMatchObject({
          counted: 1,
          duplicates: 1,
        });
        await stats.apply(batchOf(5, events(plain(3))));
        expect(await stats.position('events/0')).toBe(6);
      });

      promise('applies a batch of thousands as one', async () => {
        const stats = await fresh();
        const many = generateEvents(3000, { from: NOW - HOUR, to: NOW });
        expect(await stats.apply(batchOf(0, asRecords(many), { next: 9999 }))).toMatchObject({
          counted: 3000,
        });
        expect(await stats.position('events/0')).toBe(9999);
        const all = { ...everything, bots: 'include' as const };
        expect((await stats.summary(all)).events).toBe(recount.select(many, all).length);
      });

      promise('takes batches of several sources at the same time', async () => {
        const stats = await fresh();
        const many = generateEvents(1200, { from: NOW - HOUR, to: NOW });
        const parts = [0, 1, 2, 3].map((i) => many.slice(i * 300, (i + 1) * 300));
        await Promise.all(
          parts.map((part, i) =>
            stats.apply(batchOf(0, asRecords(part, `b${i}`), { source: `events/${i}` })),
          ),
        );
        expect(await stats.ledger({})).toMatchObject({ counted: 1200, redelivered: 0 });
      });
    });

    describe('ledger', () => {
      promise(
        'balances: received + redelivered = kept + dead + dropped, kept = counted + duplicates',
        async () => {
          const stats = await fresh();
          const at = new Date(NOW).toISOString();
          const minute = Math.floor(NOW / 60_000) * 60_000;
          const dead = {
            at,
            reason: 'invalid',
            step: 'parse',
            message: '',
            original: '',
            encoding: 'utf8',
            position: 'b/2',
          } as const;
          const received: StatsRecord = {
            kind: 'received',
            received: { batch: 'b', tallies: [{ minute, n: 10 }] },
          };
          const records: StatsRecord[] = [
            received,
            received,
            { kind: 'event', event: plain(1), origin: 'b/0' },
            { kind: 'event', event: plain(1), origin: 'b/1' },
            { kind: 'event', event: plain(1), origin: 'b/0' },
            { kind: 'dead', dead, origin: 'b/2' },
            { kind: 'dead', dead, origin: 'b/2' },
            { kind: 'dropped', dropped: { at, reason: 'site', step: 'site', n: 1 }, origin: 'b/3' },
            {
              kind: 'dropped',
              dropped: { at, reason: 'rate', step: 'tracker', n: 6 },
              origin: 'b/dropped/0',
            },
            {
              kind: 'dropped',
              dropped: { at, reason: 'rate', step: 'tracker', n: 6 },
              origin: 'b/dropped/0',
            },
          ];
          await stats.apply(batchOf(0, records));
          const ledger = await stats.ledger({ from: NOW, to: NOW + 60_000 });
          expect(ledger).toEqual({
            received: 10,
            redelivered: 8,
            kept: 3,
            dead: 2,
            dropped: { site: 1, rate: 12 },
            counted: 1,
            duplicates: 2,
            window: { days: 7, ids: 5_000_000 },
          });
          const dropped = Object.values(ledger.dropped).reduce((a, b) => a + b, 0);
          expect(ledger.received + ledger.redelivered).toBe(ledger.kept + ledger.dead + dropped);
        },
      );

      promise('tells imports apart by their label, and times by minute of receipt', async () => {
        const stats = await fresh();
        const later = new Date(NOW + 61_000).toISOString();
        await stats.apply(
          batchOf(
            0,
            events(plain(1, { run: 'x' }), plain(2, { run: 'y' }), plain(3, { run: 'x', receivedAt: later })),
          ),
        );
        expect(await stats.ledger({ run: 'x' })).toMatchObject({ counted: 2 });
        expect(await stats.ledger({ run: 'x', from: NOW + 60_000 })).toMatchObject({ counted: 1 });
        expect(await stats.ledger({ from: NOW, to: NOW + 1 })).toMatchObject({ counted: 2 });
        expect(await stats.ledger({ run: 'z' })).toMatchObject({ received: 0, kept: 0, dropped: {} });
      });

      promise('counts an id once, whatever it comes with', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(plain(1), plain(1, { type: 'click', site: 'b.example' }))));
        expect(await stats.apply(batchOf(2, events(plain(1))))).toMatchObject({ counted: 0, duplicates: 1 });
        expect(await stats.summary(everything)).toMatchObject({ events: 1 });
      });

      promise(
        'tells new ids from known ones in the middle of a big batch, and keeps to the window',
        async () => {
          const stats = await fresh({ duplicateWindowIds: 300 });
          const range = (from: number, to: number) =>
            Array.from({ length: to - from }, (_, i) => plain(from + i));
          await stats.apply(batchOf(0, events(...range(0, 100))));
          const mixed = [...range(100, 250), ...range(90, 110), ...range(250, 300), ...range(299, 330)];
          expect(await stats.apply(batchOf(100, events(...mixed)))).toMatchObject({
            counted: 230,
            duplicates: 21,
          });
          // The latest 300 of 330 ids are 30 to 329; an id that has left the window is a new one.
          expect(await stats.apply(batchOf(351, events(...range(30, 94))))).toMatchObject({ duplicates: 64 });
          expect(await stats.apply(batchOf(415, events(plain(29))))).toMatchObject({ counted: 1 });
          expect(await stats.summary(everything)).toMatchObject({ events: 331 });
        },
      );

      promise('knows the latest ids only, as many as it was told', async () => {
        const stats = await fresh({ duplicateWindowIds: 100 });
        const first = Array.from({ length: 150 }, (_, i) => plain(i));
        await stats.apply(batchOf(0, events(...first)));
        expect(await stats.apply(batchOf(150, events(plain(50), plain(149))))).toMatchObject({
          duplicates: 2,
        });
        expect(await stats.apply(batchOf(152, events(plain(49))))).toMatchObject({ counted: 1 });
        expect((await stats.ledger({})).window).toEqual({ days: 7, ids: 100 });
      });

      promise('knows ids for so many days of receipt', async () => {
        let now = NOW;
        const stats = await fresh({ clock: () => now, duplicateWindowDays: 2 });
        await stats.apply(batchOf(0, events(plain(1))));
        now += 2 * DAY;
        const receivedAt = (at: number) => ({ receivedAt: new Date(at).toISOString() });
        expect(await stats.apply(batchOf(1, events(plain(1, receivedAt(now)))))).toMatchObject({
          duplicates: 1,
        });
        now += 1000;
        expect(await stats.apply(batchOf(2, events(plain(1, receivedAt(now)))))).toMatchObject({
          counted: 1,
        });
      });
    });

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
          visitors: recount.visitors(chosen),
          visitorsExact: true,
        });
        for (const dimension of dimensions) {
          const rows = recount.top(chosen, dimension);
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
        for (const interval of ['minute', 'hour', 'day'] as const)
          await compareSeries(stats, query, interval);
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
          return { at: first + i * length, events: inBucket.length, visitors: recount.visitors(inBucket) };
        });
        expect(await stats.series({ ...query, interval })).toEqual({
          from: first,
          to: last,
          interval,
          points,
        });
      };

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
            expect(hour.visitors).toBe(recount.visitors(inHour));
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
        await expect(stats.series({ ...everything, interval: 'day', tz: 'Mars/Base' })).rejects.toMatchObject(
          {
            code: 'STATS_TIME_ZONE',
          },
        );
      });
    });

    describe('caps', () => {
      promise('put values beyond the cap of a dimension, site and day under `other`', async () => {
        const stats = await fresh({ caps: { values: 3 } });
        const page = (i: number) => ({ page: { url: '', host: 'h', path: `/${i}` } });
        await stats.apply(batchOf(0, events(...Array.from({ length: 10 }, (_, i) => plain(i, page(i % 5))))));
        const shown = await stats.top({ ...everything, dimension: 'path', limit: 100 });
        expect(shown.rows.map(({ value, events: n }) => [value, n])).toEqual([
          ['/0', 2],
          ['/1', 2],
          ['/2', 2],
        ]);
        expect(shown).toMatchObject({ other: { events: 4 }, total: { events: 10 } });
        await stats.apply(batchOf(10, events(plain(11, { ...page(4), site: 'b.example' }))));
        await stats.apply(
          batchOf(11, events(plain(12, { ...page(4), occurredAt: new Date(NOW - DAY).toISOString() }))),
        );
        const { rows } = await stats.top({ ...everything, dimension: 'path', limit: 100 });
        expect(rows.find(({ value }) => value === '/4')?.events).toBe(2);
      });

      promise('put sites and types beyond theirs under `other`, and still count every event', async () => {
        const stats = await fresh({ caps: { sites: 2, types: 3 } });
        const list = Array.from({ length: 20 }, (_, i) => plain(i, { site: `s${i % 4}`, type: `t${i % 5}` }));
        await stats.apply(batchOf(0, events(...list)));
        const sites = await stats.top({ ...everything, dimension: 'site', limit: 100 });
        expect(sites).toMatchObject({
          rows: [
            { value: 's0', events: 5 },
            { value: 's1', events: 5 },
          ],
          other: { events: 10 },
        });
        const byType = await stats.top({ ...everything, dimension: 'type', limit: 100 });
        expect(byType.rows.map(({ value }) => value)).toEqual(['t0', 't1', 't2']);
        expect(byType.other.events).toBe(8);
        expect(await stats.summary(everything)).toMatchObject({ events: 20 });
      });
    });

    describe('time', () => {
      const at = (text: string) => Date.parse(text);
      const hourly = (from: string, hours: number) =>
        Array.from({ length: hours }, (_, i) =>
          plain(i, { occurredAt: new Date(at(from) + i * HOUR + 1).toISOString() }),
        );

      promise('days begin at local midnight and have 23 or 25 hours where clocks change', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(...hourly('2026-03-27T00:00:00Z', 120))));
        const days = async (tz: string, from: string, to: string) =>
          (await stats.series({ from: at(from), to: at(to), interval: 'day', tz })).points.map((point) => [
            new Date(point.at).toISOString().slice(0, 16),
            point.events,
          ]);
        expect(await days('Europe/Berlin', '2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z')).toEqual([
          ['2026-03-27T23:00', 24],
          ['2026-03-28T23:00', 23],
          ['2026-03-29T22:00', 24],
        ]);
        expect(await days('Asia/Kolkata', '2026-03-28T18:30:00Z', '2026-03-29T18:30:00Z')).toEqual([
          ['2026-03-28T18:30', 24],
        ]);
        expect(await days('UTC', '2026-03-28T05:00:00Z', '2026-03-28T06:00:00Z')).toEqual([
          ['2026-03-28T00:00', 24],
        ]);
      });

      promise('hours begin where local hours do', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(...hourly('2026-03-28T00:00:00Z', 5))));
        const query = {
          from: at('2026-03-28T00:40:00Z'),
          to: at('2026-03-28T02:00:00Z'),
          interval: 'hour' as const,
        };
        const { points, ...span } = await stats.series({ ...query, tz: 'Asia/Kathmandu' });
        expect(points.map((point) => new Date(point.at).toISOString().slice(11, 16))).toEqual([
          '00:15',
          '01:15',
        ]);
        expect(span).toEqual({
          interval: 'hour',
          from: at('2026-03-28T00:15:00Z'),
          to: at('2026-03-28T02:15:00Z'),
        });
      });

      promise('a span is widened to whole minutes, for dimensions to whole hours', async () => {
        const stats = await fresh();
        await stats.apply(batchOf(0, events(plain(1))));
        const query = { from: NOW + 1, to: NOW + 2 };
        expect(await stats.summary(query)).toMatchObject({ from: NOW, to: NOW + 60_000, events: 1 });
        expect(await stats.top({ ...query, dimension: 'os', limit: 1 })).toMatchObject({
          from: NOW,
          to: NOW + HOUR,
        });
      });

      promise(
        'minutes go two days after a day was last touched, hours after 90, and no number changes',
        async () => {
          let now = NOW;
          const stats = await fresh({ clock: () => now, maintainMs: 10 });
          const from = Date.UTC(2015, 4, 20);
          const old = generateEvents(500, { from, to: from + DAY, receivedAt: NOW });
          await stats.apply(batchOf(0, asRecords(old)));
          const ask = () =>
            Promise.all([
              stats.top({ from, to: from + DAY, dimension: 'path', limit: 1000 }),
              stats.summary({ from, to: from + DAY }),
            ]);
          const before = await ask();
          const interval = async () =>
            (await stats.series({ from, to: from + HOUR, interval: 'minute' })).interval;
          expect(await interval()).toBe('minute');
          for (const [days, unit, length] of [
            [3, 'hour', HOUR],
            [95, 'day', DAY],
          ] as const) {
            now += days * DAY;
            for (let i = 0; i < 200 && (await interval()) !== unit; i++) await sleep(10);
            expect(await interval()).toBe(unit);
            expect(await ask()).toEqual(before);
            const span = await stats.summary({ from: from + length - 2, to: from + length - 1 });
            expect(span).toMatchObject({ from, to: from + length });
            await stats.apply(batchOf(500 + days, [], { newEpoch: true }));
          }
          const late = generateEvents(300, { from, to: from + DAY, receivedAt: now, seed: 5 });
          await stats.apply(batchOf(595, asRecords(late, 'late')));
          await sleep(100);
          const chosen = recount.select([...old, ...late], { from, to: from + DAY });
          expect((await ask())[1]).toMatchObject({
            events: chosen.length,
            visitors: recount.visitors(chosen),
          });
          expect((await ask())[0].rows).toEqual(recount.top(chosen, 'path'));
        },
      );

      promise('what is older than the retention is dropped with its reason, and old days go', async () => {
        let now = NOW;
        const stats = await fresh({ clock: () => now, maintainMs: 10, retentionDays: 10 });
        const old = plain(1, { occurredAt: new Date(NOW - 12 * DAY).toISOString() });
        await stats.apply(batchOf(0, events(old, plain(2), plain(3, { campaign: { name: 'c' } }))));
        expect(await stats.ledger({})).toMatchObject({ kept: 2, dropped: { retention: 1 } });
        expect(await stats.summary(everything)).toMatchObject({ events: 2 });
        now += 12 * DAY;
        for (let i = 0; i < 200 && (await stats.summary(everything)).events > 0; i++) await sleep(10);
        expect(await stats.summary(everything)).toMatchObject({ events: 0, visitors: 0 });
        const again = plain(4, { occurredAt: new Date(now).toISOString(), campaign: { name: 'c' } });
        await stats.apply(batchOf(3, events(again)));
        expect(
          (await stats.top({ from: NOW, to: now + DAY, dimension: 'campaign', limit: 5 })).rows,
        ).toMatchObject([{ value: 'c', events: 1 }]);
      });
    });
  });
};
