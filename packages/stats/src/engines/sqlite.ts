import { createReader, openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import { type StatsOptions, settle } from '../options.ts';
import type { Ledger, Series, Stats, Summary, Top } from '../stats.ts';
import { createApply } from './sqlite/apply.ts';
import { startMaintenance } from './sqlite/maintenance.ts';
import { migrations } from './sqlite/schema.ts';

/**
 * Counters in a SQLite file: written on this connection in short transactions, read on a thread of their own.
 * @param url `sqlite:<path>[?prefix=…]`
 * @throws PushtechError `SQLITE_URL`, `SQLITE_NEWER` (fatal)
 */
export const openSqliteStats = (url: string, options: StatsOptions): Stats => {
  const settled = settle(options);
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role: 'stats', prefix, migrations, dispose });
  const reader = createReader(path, prefix, new URL('./sqlite/queries.ts', import.meta.url));
  const { apply, position, forget } = createApply(database, prefix, settled);
  const stopMaintenance = startMaintenance(database, prefix, settled, forget);
  const window: Ledger['window'] = { days: settled.duplicateWindowDays, ids: settled.duplicateWindowIds };
  const properties = [...settled.properties];

  return {
    apply,
    position: async (source) => position(source),
    summary: (query) => reader.run<Summary>('summary', query),
    series: (query) => reader.run<Series>('series', query, properties),
    top: (query) => reader.run<Top>('top', query, properties),
    ledger: (query) => reader.run<Ledger>('ledger', query, window),
    async close() {
      await stopMaintenance();
      await reader.close();
      await database.close();
    },
  };
};
