import { describe, expect } from 'vitest';
import type { StatsRecord } from '../src/index.ts';
import { batchOf, DAY, events, everything, type Kit, NOW, plain } from './kit.ts';

export const ledgerPromises = ({ fresh, promise }: Kit): void => {
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

    promise('leaves the heartbeat out unless it is asked for, and tells how long its road was', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now });
      const beat = (n: number, at: number) =>
        plain(n, { type: 'heartbeat', run: 'heartbeat', receivedAt: new Date(at).toISOString() });
      expect(await stats.ledger({})).not.toHaveProperty('road');
      const received: StatsRecord = {
        kind: 'received',
        received: {
          batch: 'b',
          tallies: [
            { minute: NOW, n: 1, run: 'heartbeat' },
            { minute: NOW, n: 1 },
          ],
        },
      };
      now += 700;
      await stats.apply(batchOf(0, [received, ...events(beat(1, NOW), plain(2))]));
      const road = { at: NOW, delayMs: 700 };
      expect(await stats.ledger({})).toMatchObject({ received: 1, kept: 1, counted: 1, road });
      expect(await stats.ledger({ from: NOW, to: NOW + 1 })).toMatchObject({ received: 1, kept: 1, road });
      expect(await stats.ledger({ run: 'heartbeat' })).toMatchObject({ received: 1, counted: 1, road });
      const span = { ...everything, type: 'heartbeat' };
      expect(await stats.summary(span)).toMatchObject({ events: 1 });
      expect(await stats.summary(everything)).toMatchObject({ events: 1 });
    });

    promise('follows the newest heartbeat that was counted, and no other', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now });
      const beat = (n: number, at: number) =>
        plain(n, { type: 'heartbeat', run: 'heartbeat', receivedAt: new Date(at).toISOString() });
      const beats = (...list: [n: number, at: number, origin: string][]): StatsRecord[] =>
        list.map(([n, at, origin]) => ({ kind: 'event', event: beat(n, at), origin }));
      now += 5;
      await stats.apply(batchOf(0, beats([1, NOW, 'b/0'])));
      now = NOW + 60_300;
      await stats.apply(batchOf(1, beats([2, NOW + 60_000, 'b/1'], [3, NOW + 30_000, 'b/2'])));
      const road = { at: NOW + 60_000, delayMs: 300 };
      expect((await stats.ledger({})).road).toEqual(road);
      now += 60_000;
      // An older one, one whose id is known, and one that was delivered again.
      await stats.apply(
        batchOf(3, beats([4, NOW + 59_000, 'b/3'], [2, NOW + 90_000, 'b/4'], [5, NOW + 90_000, 'b/1'])),
      );
      expect((await stats.ledger({})).road).toEqual(road);
      await stats.apply(batchOf(6, beats([6, NOW + 120_200, 'b/5'])));
      expect((await stats.ledger({})).road).toEqual({ at: NOW + 120_200, delayMs: 100 });
    });
  });
};
