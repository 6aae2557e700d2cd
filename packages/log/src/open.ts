import { type Engines, engineOf } from '@pushtech/event';
import { logError } from './errors.ts';
import type { Log } from './log.ts';

export interface LogOptions {
  /** Epoch ms; for tests. */
  clock?: () => number;
  /** Told what an operator should know, e.g. that an engine may lose data as it is set up. */
  warn?: (facts: object, sentence: string) => void;
}

type OpenEngine = (url: string, options: LogOptions) => Promise<Log>;

const engines: Engines<OpenEngine> = {
  kafka: async () => (await import('./engines/kafka.ts')).openKafkaLog,
  'kafka+tls': async () => (await import('./engines/kafka.ts')).openKafkaLog,
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteLog,
};

/**
 * Opens the log that the URL names.
 * @throws PushtechError `LOG_URL` (fatal) for an unknown scheme, and what the engine throws
 */
export const openLog = async (url: string, options: LogOptions = {}): Promise<Log> => {
  const fail = (message: string) => logError('LOG_URL', message);
  const open = await engineOf(url, { role: 'log', engines, fail });
  return open(url, options);
};
