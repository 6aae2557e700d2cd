import { type Engines, engineOf } from '@pushtech/event';
import { type PreparedTables, prepareTables } from '@pushtech/sqlite';
import { migrations } from './engines/sqlite/schema.ts';
import { statsError } from './errors.ts';

type Prepare = (url: string, dryRun: boolean) => Promise<PreparedTables>;

const prepareRedis = async () => (await import('./engines/redis/prepare.ts')).prepareRedisStats;

const engines: Engines<Prepare> = {
  sqlite: async () => (url, dryRun) => prepareTables(url, { role: 'stats', migrations, dryRun }),
  redis: prepareRedis,
  rediss: prepareRedis,
};

/**
 * Brings the counters' tables or keys up to date before anybody needs them. May be done again.
 * @throws PushtechError `STATS_URL`, `STATS_NEWER` (fatal), `STATS_DOWN` (retry), and what the engine throws
 */
export const prepareStats = async (
  url: string,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<PreparedTables> => {
  const fail = (message: string) => statsError('STATS_URL', message);
  return (await engineOf(url, { role: 'stats', engines, fail }))(url, dryRun);
};
