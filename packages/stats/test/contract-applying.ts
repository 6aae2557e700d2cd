import { describe, expect } from 'vitest';
import { asRecords, generateEvents } from './generate.ts';
import { batchOf, events, everything, HOUR, type Kit, NOW, plain } from './kit.ts';
import * as recount from './recount.ts';

export const applyingPromises = ({ fresh, promise }: Kit): void => {
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
        parts.map((part, i) => stats.apply(batchOf(0, asRecords(part, `b${i}`), { source: `events/${i}` }))),
      );
      expect(await stats.ledger({})).toMatchObject({ counted: 1200, redelivered: 0 });
    });
  });
};
