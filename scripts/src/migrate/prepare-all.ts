import { topics } from '@pushtech/event';
import type { StoreSettings } from './store-settings.ts';

/** What was found in a place, and what was done about it. */
export interface Prepared {
  place: string;
  found: string;
  /** Empty = up to date. */
  changes: readonly string[];
}

export const roles = ['store', 'stats', 'buffer', 'log'] as const;
export type Role = (typeof roles)[number];

const prepareLogPlace = async (url: string, dryRun: boolean): Promise<Prepared[]> => {
  const { prepareLog } = await import('@pushtech/log');
  // Topics are task `topics`'s: here they are only looked at.
  const isKafka = !url.startsWith('sqlite:');
  const { tables, topics: found = [] } = await prepareLog(url, Object.values(topics), {
    dryRun: dryRun || isKafka,
  });
  if (tables) return [tables];
  const there = found.filter(({ isNew }) => !isNew).length;
  return [{ place: 'Kafka', found: `${there} of ${found.length} topics`, changes: [] }];
};

/** How each role is brought up to date; engines are loaded when they are asked for. */
export const prepare: Record<Role, (settings: StoreSettings, dryRun: boolean) => Promise<Prepared[]>> = {
  store: async ({ STORE_URL }, dryRun) => [
    await (await import('@pushtech/store')).prepareStore(STORE_URL, { dryRun }),
  ],
  stats: async ({ STATS_URL }, dryRun) => [
    await (await import('@pushtech/stats')).prepareStats(STATS_URL, { dryRun }),
  ],
  buffer: async ({ BUFFER_URL }, dryRun) =>
    (await import('@pushtech/buffer')).prepareBuffer(BUFFER_URL, { dryRun }),
  log: ({ LOG_URL }, dryRun) => prepareLogPlace(LOG_URL, dryRun),
};
