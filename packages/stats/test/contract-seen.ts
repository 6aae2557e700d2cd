import { describe, expect } from 'vitest';
import { batchOf, DAY, events, type Kit, NOW, plain } from './kit.ts';

export const seenPromises = ({ fresh, promise }: Kit): void => {
  describe('seen', () => {
    const idOf = (n: number): string => plain(n).id;
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => plain(from + i));
    const at = (time: number) => ({ receivedAt: new Date(time).toISOString() });

    promise('knows an event that was counted, when it was received, and none that was not', async () => {
      const stats = await fresh();
      expect(await stats.seen(idOf(1))).toEqual({ known: false, since: NOW - 7 * DAY });
      const odd = ['', 'x', 'sixteen bytes ab', 'ä\u0000', '__proto__', "'; --"];
      await stats.apply(
        batchOf(0, events(plain(1), plain(2, at(NOW - DAY)), ...odd.map((id) => plain(9, { id })))),
      );
      expect(await stats.seen(idOf(1))).toEqual({ known: true, receivedAt: NOW, since: NOW - 7 * DAY });
      expect(await stats.seen(idOf(2))).toMatchObject({ known: true, receivedAt: NOW - DAY });
      for (const id of odd) expect(await stats.seen(id), id).toMatchObject({ known: true });
      for (const id of [idOf(3), 'y', 'sixteen bytes ac']) {
        expect(await stats.seen(id), id).toEqual({ known: false, since: NOW - 7 * DAY });
      }
    });

    promise('says of an id what a second event with it would be, and changes nothing by asking', async () => {
      const stats = await fresh({ duplicateWindowIds: 64 });
      await stats.apply(batchOf(0, events(...range(0, 100))));
      const known: number[] = [];
      for (let n = 0; n < 100; n++) if ((await stats.seen(idOf(n))).known) known.push(n);
      expect(known).toEqual(Array.from({ length: 64 }, (_, i) => 36 + i));
      const again = range(36, 100);
      expect(await stats.apply(batchOf(100, events(...again)))).toMatchObject({ duplicates: 64 });
    });

    promise('forgets an id after the days of the window', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now, duplicateWindowDays: 2 });
      await stats.apply(batchOf(0, events(plain(1))));
      now += 2 * DAY;
      expect(await stats.seen(idOf(1))).toEqual({ known: true, receivedAt: NOW, since: NOW });
      now += 1000;
      expect(await stats.seen(idOf(1))).toEqual({ known: false, since: NOW + 1000 });
    });

    promise('tells from when on an id that is not known was never counted', async () => {
      let now = NOW;
      const stats = await fresh({ clock: () => now, duplicateWindowIds: 100 });
      for (let n = 0; n < 300; n += 10) {
        await stats.apply(batchOf(n, events(...range(n, n + 10).map((event) => ({ ...event, ...at(now) })))));
        now += 60_000;
      }
      const { since } = await stats.seen('never');
      // The latest 100 came within the last ten minutes: what came before may be forgotten, though not all of it is.
      expect(since).toBeGreaterThan(NOW);
      expect(since).toBeLessThan(now);
      for (let n = 0; n < 300; n++) {
        const receivedAt = NOW + Math.floor(n / 10) * 60_000;
        const { known } = await stats.seen(idOf(n));
        if (receivedAt >= since) expect(known, `${n}`).toBe(true);
        if (n < 200) expect(known, `${n}`).toBe(false);
      }
      expect(now - since).toBeGreaterThan(5 * 60_000);
    });
  });
};
