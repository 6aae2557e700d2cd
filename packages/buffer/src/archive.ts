import { type Engines, engineOf } from '@pushtech/event';
import { bufferError } from './errors.ts';

/** The buffer as backups see it: beside the services, without taking anything from them. */
export interface BufferArchive {
  /** Every body that waits, the oldest first; those that workers have in hand too. */
  bodies(): AsyncIterable<string>;
  /** Entries waiting. */
  count(): Promise<number>;
  /** Deletes all entries. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

type OpenEngine = (url: string) => Promise<BufferArchive>;

const openRedis = async () => (await import('./engines/redis-archive.ts')).openRedisArchive;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite-archive.ts')).openSqliteArchive,
  redis: openRedis,
  rediss: openRedis,
};

/** @throws PushtechError `BUFFER_URL` (fatal), `BUFFER_DOWN` (retry), and what the engine throws */
export const openBufferArchive = async (url: string): Promise<BufferArchive> => {
  const fail = (message: string) => bufferError('BUFFER_URL', message);
  return (await engineOf(url, { role: 'buffer', engines, fail }))(url);
};
