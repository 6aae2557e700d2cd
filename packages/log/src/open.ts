import { logError } from './errors.ts';
import type { Log } from './log.ts';

export interface LogOptions {
  /** Epoch ms; for tests. */
  clock?: () => number;
}

type OpenEngine = (url: string, options: LogOptions) => Promise<Log>;

/** Scheme to engine. An engine is loaded when it is asked for. */
const engines: Record<string, () => Promise<OpenEngine>> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteLog,
};

/**
 * Opens the log that the URL names.
 * @throws PushtechError `LOG_URL` (fatal) for an unknown scheme
 */
export const openLog = async (url: string, options: LogOptions = {}): Promise<Log> => {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const load = Object.hasOwn(engines, scheme) ? engines[scheme] : undefined;
  if (!load) {
    const known = Object.keys(engines).join(', ');
    throw logError('LOG_URL', `there is no log engine for "${scheme}:"; known schemes: ${known}`);
  }
  const open = await load();
  return open(url, options);
};
