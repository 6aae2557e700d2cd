import { type Engines, engineOf } from '@pushtech/event';
import { type PreparedTables, prepareTables } from '@pushtech/sqlite';
import { migrations } from './engines/sqlite-tables.ts';
import { storeError } from './errors.ts';

type Prepare = (url: string, dryRun: boolean) => Promise<PreparedTables>;

const prepareMongo = async () => (await import('./engines/mongo-prepare.ts')).prepareMongoStore;

const engines: Engines<Prepare> = {
  sqlite: async () => (url, dryRun) => prepareTables(url, { role: 'store', migrations, dryRun }),
  mongodb: prepareMongo,
  'mongodb+srv': prepareMongo,
};

/**
 * Makes what the store will need before anybody needs it: tables on SQLite, indexes on MongoDB. May be done again.
 * @throws PushtechError `STORE_URL` (fatal), `STORE_DOWN` (retry), and what the engine throws
 */
export const prepareStore = async (
  url: string,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<PreparedTables> => {
  const fail = (message: string) => storeError('STORE_URL', message);
  return (await engineOf(url, { role: 'store', engines, fail }))(url, dryRun);
};
