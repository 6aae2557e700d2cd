import { type Engines, engineOf } from '@pushtech/event';
import { statsError } from './errors.ts';
import type { StatsOptions } from './options.ts';
import type { Stats } from './stats.ts';

type OpenEngine = (url: string, options: StatsOptions) => Promise<Stats>;

const openRedis = async () => (await import('./engines/redis.ts')).openRedisStats;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteStats,
  redis: openRedis,
  rediss: openRedis,
};

/**
 * Opens the stats that the URL names, e.g. `sqlite:./data/stats.db` or `sqlite::memory:`.
 * @throws PushtechError `STATS_URL` (fatal) for an unknown scheme, and what the engine throws
 */
export const openStats = async (url: string, options: StatsOptions = {}): Promise<Stats> => {
  const fail = (message: string) => statsError('STATS_URL', message);
  const open = await engineOf(url, { role: 'stats', engines, fail });
  return open(url, options);
};
