import type { Event } from '@pushtech/event';
import { afterEach, expect, it } from 'vitest';
import type { Stats, StatsBatch, StatsOptions, StatsRecord } from '../src/index.ts';

export interface ContractOptions {
  /** What the engine promises of visitors. Default: exact. */
  visitors?: 'exact' | 'within 3 %';
  /** Promises an engine cannot keep, by name, with the reason, which the report shows. */
  skip?: readonly { reason: string; tests: readonly string[] }[];
}

export type OpenStats = (options?: StatsOptions) => Promise<Stats>;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOW = Date.UTC(2026, 5, 15, 12);
export const everything = { from: NOW - 60 * DAY, to: NOW + DAY };
export const properties = ['status', 'method', 'deep', '__proto__', 'constructor'];
export const dimensions =
  'type site path page referrer source medium campaign country region city browser os device properties.status properties.method properties.deep'.split(
    ' ',
  );

export const plain = (id: number, more: Partial<Event> = {}): Event => ({
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

export const batchOf = (
  from: number,
  records: StatsRecord[],
  more: Partial<StatsBatch> = {},
): StatsBatch => ({
  source: 'events/0',
  from,
  next: from + records.length,
  records,
  ...more,
});

export const events = (...list: Event[]): StatsRecord[] => list.map((event) => ({ kind: 'event', event }));

/** In `toEqual` it stands for any number within 3 % of `n`. */
const within3Percent = (n: number) => ({
  asymmetricMatch: (got: unknown) => typeof got === 'number' && Math.abs(got - n) <= n * 0.03,
  toString: () => `within 3 % of ${n}`,
  toAsymmetricMatcher: () => `within 3 % of ${n}`,
});

export interface Kit {
  /** So many visitors, as exactly as the engine promises; for `toEqual`. */
  visitors: (n: number) => unknown;
  /** What `visitorsExact` must say. */
  visitorsExact: unknown;
  /** Opens fresh, empty stats, which are closed after the test. */
  fresh: (options?: StatsOptions) => Promise<Stats>;
  promise: (text: string, check: () => Promise<void>) => void;
}

/** @param open opens fresh, empty stats. Call it inside the contract's `describe`. */
export const createKit = (open: OpenStats, { skip = [], visitors = 'exact' }: ContractOptions): Kit => {
  const opened: Stats[] = [];
  afterEach(async () => {
    for (const stats of opened.splice(0)) await stats.close();
  });
  return {
    visitors: visitors === 'exact' ? (n) => n : within3Percent,
    visitorsExact: visitors === 'exact' ? true : expect.any(Boolean),
    async fresh(options = {}) {
      const stats = await open({ clock: () => NOW, properties, ...options });
      opened.push(stats);
      return stats;
    },
    promise(text, check) {
      const skipped = skip.find(({ tests }) => tests.includes(text));
      if (skipped) it.skip(`${text} (${skipped.reason})`, check);
      else it(text, check);
    },
  };
};
