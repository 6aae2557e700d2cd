import { describe, expect } from 'vitest';
import { batchOf, DAY, events, everything, type Kit, NOW, plain } from './kit.ts';

export const capsPromises = ({ fresh, promise }: Kit): void => {
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
};
