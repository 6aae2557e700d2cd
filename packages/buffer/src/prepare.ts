import { type Engines, engineOf } from '@pushtech/event';
import { type PreparedTables, prepareTables } from '@pushtech/sqlite';
import { migrations } from './engines/sqlite-tables.ts';
import { bufferError } from './errors.ts';

type Prepare = (url: string, dryRun: boolean) => Promise<PreparedTables[]>;

const prepareRedis = async () => (await import('./engines/redis-prepare.ts')).prepareRedisBuffer;

const engines: Engines<Prepare> = {
  sqlite: async () => async (url, dryRun) => [
    await prepareTables(url, { role: 'buffer', migrations, dryRun }),
  ],
  redis: prepareRedis,
  rediss: prepareRedis,
};

/**
 * Makes what the buffer will need before anybody needs it: tables on SQLite, the group on every Redis server. May be done
 * again.
 * @throws PushtechError `BUFFER_URL` (fatal), `BUFFER_DOWN` (retry), and what the engine throws
 */
export const prepareBuffer = async (
  url: string,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<PreparedTables[]> => {
  const fail = (message: string) => bufferError('BUFFER_URL', message);
  return (await engineOf(url, { role: 'buffer', engines, fail }))(url, dryRun);
};
