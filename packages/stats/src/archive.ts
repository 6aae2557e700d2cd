import { type Engines, engineOf } from '@pushtech/event';
import { statsError } from './errors.ts';

/**
 * How far a partition of the log is counted: the position of the first record that is not, and how many behind it are all the
 * same (a batch that was cut off).
 */
export type Position = readonly [position: number, done: number];

/** What a copy of the counters is, and where they were on the log. */
export interface StatsCopy {
  /** Another engine's file cannot be read. */
  engine: 'sqlite' | 'redis';
  /** Number of the schema or of the keys' format. */
  version: number;
  prefix: string;
  /** By `<topic>/<partition>`. */
  positions: Record<string, Position>;
}

/** The counters as backups see them. */
export interface StatsArchive {
  /** Whether anything was counted. */
  isEmpty(): Promise<boolean>;
  /**
   * Writes all counters as they are at one moment. On Redis nothing is counted meanwhile, on SQLite everything goes on.
   * @param path of a file that is not there yet
   * @throws PushtechError `STATS_HELD` (retry) when another backup runs
   */
  copyTo(path: string): Promise<StatsCopy>;
  /** @throws PushtechError `STATS_COPY` (fatal) where a copy cannot be put in here */
  check(copy: StatsCopy): void;
  /** Deletes all counters. */
  clear(): Promise<void>;
  /**
   * Puts a copy in the place of what is there.
   * @param copy with the positions on the log as it is now
   * @throws PushtechError `STATS_COPY` (fatal), as `check`
   */
  restore(path: string, copy: StatsCopy): Promise<void>;
  close(): Promise<void>;
}

type OpenEngine = (url: string) => Promise<StatsArchive>;

const openRedis = async () => (await import('./engines/redis/archive.ts')).openRedisArchive;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite/archive.ts')).openSqliteArchive,
  redis: openRedis,
  rediss: openRedis,
};

/** @throws PushtechError `STATS_URL`, `STATS_NEWER` (fatal), `STATS_DOWN` (retry), and what the engine throws */
export const openStatsArchive = async (url: string): Promise<StatsArchive> => {
  const fail = (message: string) => statsError('STATS_URL', message);
  return (await engineOf(url, { role: 'stats', engines, fail }))(url);
};

/** @throws PushtechError `STATS_COPY` (fatal) when an engine cannot read a copy */
export const checkCopy = (copy: StatsCopy, engine: StatsCopy['engine'], known: number): void => {
  if (copy.engine !== engine) {
    throw statsError(
      'STATS_COPY',
      `the copy of the counters comes from ${copy.engine} and cannot be put into ${engine}: leave the counters out, and they ` +
        'are counted again from what is on the log',
    );
  }
  if (copy.version > known) {
    throw statsError(
      'STATS_COPY',
      `a newer pushtech made the copy of the counters (${copy.version}; this one knows ${known})`,
    );
  }
};
