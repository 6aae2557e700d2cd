import { describe, expect, it } from 'vitest';
import { openEraser, openStats, type Stats } from '../src/index.ts';
import { batchOf, DAY, events, everything, HOUR, NOW, plain } from './kit.ts';

/** Somewhere for the counters of one test. */
export interface StatsPlace {
  url: string;
  dispose(): Promise<void>;
}

export interface EraseOptions {
  /** All that lies there, as bytes: nothing of a forgotten visitor may be in it. */
  bytes?: (url: string) => Promise<Buffer>;
  /** What the engine makes of an id. */
  derived?: (visitor: string) => Buffer;
}

const WHO = 'Zoë <zoe@example.org>';
const FILTER = { ...everything, bots: 'include' } as const;

const visit = (id: number, visitor: string, at: number, path = '/') =>
  plain(id, {
    visitor,
    page: { url: `https://a.example${path}`, host: 'a.example', path },
    occurredAt: new Date(at).toISOString(),
  });

/** Answers that must not change. */
const answers = async (stats: Stats) => ({
  summary: await stats.summary(FILTER),
  hours: await stats.series({ ...FILTER, from: NOW - 3 * DAY, interval: 'hour' }),
  days: await stats.series({ ...FILTER, interval: 'day' }),
  paths: await stats.top({ ...FILTER, dimension: 'path', limit: 100 }),
  goals: await stats.summary({ ...FILTER, type: 'goal/g' }),
  ledger: await stats.ledger({}),
});

/** The promises of `Eraser`. @param open gives an empty place of its own */
export const eraserContract = (
  name: string,
  open: () => Promise<StatsPlace>,
  { bytes, derived }: EraseOptions = {},
): void => {
  describe(`eraser: ${name}`, () => {
    const withStats = async (
      work: (stats: Stats, url: string) => Promise<void>,
      clock: () => number = () => NOW,
    ): Promise<void> => {
      const { url, dispose } = await open();
      const stats = await openStats(url, { clock });
      try {
        await work(stats, url);
      } finally {
        await stats.close();
        await dispose();
      }
    };

    const erase = async (url: string, visitor: string) => {
      const eraser = await openEraser(url);
      try {
        return await eraser.erase(visitor);
      } finally {
        await eraser.close();
      }
    };

    const look = async (url: string, visitor: string) => {
      const eraser = await openEraser(url);
      try {
        return await eraser.look(visitor);
      } finally {
        await eraser.close();
      }
    };

    const records = () => [
      ...events(
        visit(1, WHO, NOW, '/a'),
        visit(2, WHO, NOW - HOUR, '/b'),
        visit(3, WHO, NOW - 40 * DAY, '/a'),
        visit(4, 'other', NOW, '/a'),
        visit(5, 'other', NOW - 40 * DAY, '/c'),
      ),
      { kind: 'event' as const, event: visit(6, WHO, NOW - 2 * HOUR), goals: ['g'] },
    ];

    it('forgets a visitor everywhere, and answers every question as before', async () => {
      await withStats(async (stats, url) => {
        await stats.apply(batchOf(0, records()));
        const before = await answers(stats);
        const found = await look(url, WHO);
        expect(found.days).toEqual(['2026-05-06', '2026-06-15']);
        expect(found.places).toBeGreaterThan(3);
        expect(await erase(url, WHO)).toEqual(found);
        expect(await look(url, WHO)).toEqual({ places: 0, days: [] });
        expect(await answers(stats)).toEqual(before);
        if (bytes && derived) expect((await bytes(url)).includes(derived(WHO))).toBe(false);
      });
    });

    it('leaves other visitors as they are, and what is not there', async () => {
      await withStats(async (stats, url) => {
        await stats.apply(batchOf(0, records()));
        const others = await look(url, 'other');
        expect(others.places).toBeGreaterThan(0);
        await erase(url, WHO);
        expect(await look(url, 'other')).toEqual(others);
        expect(await erase(url, WHO)).toEqual({ places: 0, days: [] });
        expect(await erase(url, 'never seen')).toEqual({ places: 0, days: [] });
        if (bytes && derived) expect((await bytes(url)).includes(derived('other'))).toBe(true);
      });
    });

    it('forgets also among many, and on days that were made coarser', async () => {
      let now = NOW;
      await withStats(
        async (stats, url) => {
          const many = Array.from({ length: 400 }, (_, n) => visit(100 + n, `v${n}`, NOW - (n % 7)));
          await stats.apply(batchOf(0, events(...many)));
          // Beside a HyperLogLog the next ones wait in the cell.
          await stats.apply(batchOf(400, events(visit(1, WHO, NOW), visit(2, WHO, NOW - HOUR))));
          now += 3 * DAY;
          await new Promise((resolve) => setTimeout(resolve, 300));
          const before = await stats.summary(FILTER);
          await erase(url, WHO);
          expect(await look(url, WHO)).toEqual({ places: 0, days: [] });
          const after = await stats.summary(FILTER);
          expect(after.events).toBe(402);
          expect(Math.abs(after.visitors - before.visitors)).toBeLessThanOrEqual(1);
          if (bytes && derived) expect((await bytes(url)).includes(derived(WHO))).toBe(false);
        },
        () => now,
      );
    });

    it('counts the same visitor anew when it comes again', async () => {
      await withStats(async (stats, url) => {
        await stats.apply(batchOf(0, events(visit(1, WHO, NOW))));
        await erase(url, WHO);
        await stats.apply(batchOf(1, events(visit(2, WHO, NOW))));
        expect(await stats.summary(FILTER)).toMatchObject({ events: 2, visitors: 2 });
        expect((await look(url, WHO)).days).toEqual(['2026-06-15']);
      });
    });
  });
};
