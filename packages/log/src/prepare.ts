import { type Engines, engineOf } from '@pushtech/event';
import { type PreparedTables, prepareTables } from '@pushtech/sqlite';
import { migrations } from './engines/sqlite-tables.ts';
import { logError } from './errors.ts';
import type { LogOptions } from './open.ts';

export interface PreparedTopic {
  /** Its name in the engine, prefix included. */
  topic: string;
  partitions: number;
  /** 0 = for ever. */
  retentionMs: number;
  /** It was made, or would be. */
  isNew: boolean;
}

export interface PreparedLog {
  /** Absent where topics come with their first record (SQLite). */
  topics?: PreparedTopic[];
  /** Absent where the engine has no tables of ours (Kafka). */
  tables?: PreparedTables;
}

interface PrepareOptions extends Pick<LogOptions, 'warn'> {
  /** Only says what would be done. */
  dryRun?: boolean;
}

type Prepare = (url: string, names: readonly string[], options: PrepareOptions) => Promise<PreparedLog>;

const prepareKafka: Prepare = async (url, names, { dryRun = false, warn }) => {
  const { prepareKafkaTopics } = await import('./engines/kafka/prepare.ts');
  return { topics: await prepareKafkaTopics(url, names, { dryRun, warn }) };
};

const engines: Engines<Prepare> = {
  kafka: async () => prepareKafka,
  'kafka+tls': async () => prepareKafka,
  sqlite:
    async () =>
    async (url, _, { dryRun }) => ({
      tables: await prepareTables(url, { role: 'log', migrations, dryRun }),
    }),
};

/**
 * Makes what the log will need before anybody needs it: topics on Kafka, tables on SQLite. May be done again.
 * @param names of the topics, without prefix
 * @throws PushtechError `LOG_URL` (fatal), `LOG_DOWN` (retry), and what the engine throws
 */
export const prepareLog = async (
  url: string,
  names: readonly string[],
  options: PrepareOptions = {},
): Promise<PreparedLog> => {
  const prepare = await engineOf(url, {
    role: 'log',
    engines,
    fail: (message) => logError('LOG_URL', message),
  });
  return prepare(url, names, options);
};
