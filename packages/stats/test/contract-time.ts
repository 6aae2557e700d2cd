import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { asRecords, generateEvents } from './generate.ts';
import { batchOf, DAY, events, everything, HOUR, type Kit, NOW, plain } from './kit.ts';
import * as recount from './recount.ts';

export const timePromises = ({ fresh, promise, visitors }: Kit): void => {
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
          visitors: visitors(recount.visitors(chosen)),
        });
        expect((await ask())[0].rows).toEqual(
          recount.top(chosen, 'path').map((row) => ({ ...row, visitors: visitors(row.visitors ?? 0) })),
        );
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

    promise('who only reads, `maintainMs: 0`, takes nothing away', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now, maintainMs: 0, retentionDays: 10 });
      await stats.apply(batchOf(0, events(plain(1))));
      now += 12 * DAY;
      await sleep(300);
      expect(await stats.summary(everything)).toMatchObject({ events: 1 });
    });
  });
};
