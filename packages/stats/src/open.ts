import { PushtechError } from '@pushtech/event';
import type { StatsOptions } from './options.ts';
import type { Stats } from './stats.ts';

type OpenEngine = (url: string, options: StatsOptions) => Stats | Promise<Stats>;

/** Scheme → engine. Loaded when asked for, so that nobody pays for an engine not in use. */
const engines: Record<string, () => Promise<OpenEngine>> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteStats,
};

/**
 * Opens the engine that the scheme of `url` names, e.g. `sqlite:./data/stats.db` or `sqlite::memory:`.
 * @throws PushtechError `STATS_SCHEME` (fatal) for an unknown scheme, and what the engine throws
 */
export const openStats = async (url: string, options: StatsOptions = {}): Promise<Stats> => {
  const scheme = url.split(':', 1)[0] ?? '';
  if (!Object.hasOwn(engines, scheme)) {
    const known = Object.keys(engines).join(', ');
    throw new PushtechError(
      'STATS_SCHEME',
      'fatal',
      `no stats engine is called "${scheme}"; known: ${known}`,
    );
  }
  const open = await (engines[scheme] as () => Promise<OpenEngine>)();
  return open(url, options);
};
