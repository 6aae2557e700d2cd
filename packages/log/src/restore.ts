import { type Engines, engineOf } from '@pushtech/event';
import { logError } from './errors.ts';
import type { LogRecord } from './log.ts';

/**
 * A log that a backup is put into. Nobody else uses it meanwhile. Records keep their times; positions are the engine's to
 * give, unless it is asked to keep them.
 */
export interface LogRestore {
  /** Records that are there. */
  count(topics: readonly string[]): Promise<number>;
  /** Deletes all records of the topics. */
  clear(topics: readonly string[]): Promise<void>;
  /**
   * Appends in the order given, with the times of the records (a time never falls behind that of the record before).
   * @param keepPositions begins with the position of the first record, where one partition goes into one (SQLite): what names
   *   records by position then still finds them
   */
  append(records: readonly LogRecord[], keepPositions: boolean): Promise<void>;
  /** Puts the topics back to normal work. */
  close(): Promise<void>;
}

type OpenEngine = (url: string, topics: readonly string[]) => Promise<LogRestore>;

const openKafka = async () => (await import('./engines/kafka/restore.ts')).openKafkaRestore;

const engines: Engines<OpenEngine> = {
  kafka: openKafka,
  'kafka+tls': openKafka,
  sqlite: async () => (await import('./engines/sqlite-restore.ts')).openSqliteRestore,
};

/** @throws PushtechError `LOG_URL` (fatal), `LOG_DOWN` (retry), and what the engine throws */
export const openLogRestore = async (url: string, topics: readonly string[]): Promise<LogRestore> => {
  const fail = (message: string) => logError('LOG_URL', message);
  return (await engineOf(url, { role: 'log', engines, fail }))(url, topics);
};
