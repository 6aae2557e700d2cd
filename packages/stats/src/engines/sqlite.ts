import { createReader, openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import { dimensionsWith } from '../dimensions.ts';
import { type StatsOptions, settle } from '../options.ts';
import { startRounds } from '../rounds.ts';
import type { Ledger, Seen, Series, Stats, Summary, Top } from '../stats.ts';
import { createApply } from './sqlite/apply.ts';
import { migrations } from './sqlite/schema.ts';
import { createWriter } from './sqlite/writer.ts';

const makeTables = async (path: string, prefix: string): Promise<void> =>
  openDatabase({ path, role: 'stats', prefix, migrations }).close();

/**
 * Counters in a SQLite file: written on one thread, read on another. The event loop only reads what is to be counted.
 * @param url `sqlite:<path>[?prefix=…]`
 * @throws PushtechError `SQLITE_URL`, `SQLITE_NEWER` (fatal)
 */
export const openSqliteStats = async (url: string, options: StatsOptions): Promise<Stats> => {
  const settled = settle(options);
  const { path, prefix, dispose } = parseSqliteUrl(url);
  await makeTables(path, prefix).catch((error) => {
    dispose();
    throw error;
  });
  const reader = createReader(path, prefix, new URL('./sqlite/queries.ts', import.meta.url));
  const writer = createWriter(path, prefix, settled);
  const stopMaintenance = startRounds(() => writer.run('maintain'), settled.maintainMs);
  const window: Ledger['window'] = { days: settled.duplicateWindowDays, ids: settled.duplicateWindowIds };
  const properties = [...settled.properties];

  return {
    apply: createApply(writer, dimensionsWith(properties)),
    position: (source) => writer.run('position', source),
    summary: (query) => reader.run<Summary>('summary', query),
    series: (query) => reader.run<Series>('series', query, properties),
    top: (query) => reader.run<Top>('top', query, properties),
    ledger: (query) => reader.run<Ledger>('ledger', query, window),
    seen: (id) => reader.run<Seen>('seen', id, { window, now: settled.clock() }),
    async close() {
      const stopped = stopMaintenance();
      await reader.close();
      await writer.close();
      await stopped;
      dispose();
    },
  };
};
