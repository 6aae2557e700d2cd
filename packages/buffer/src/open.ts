import { type Engines, engineOf } from '@pushtech/event';
import type { Buffer } from './buffer.ts';
import { bufferError } from './errors.ts';

export interface BufferOptions {
  /** Epoch ms; for tests. */
  clock?: () => number;
  /** Told what an operator should know, e.g. that an engine may lose data as it is set up. */
  warn?: (facts: object, sentence: string) => void;
}

type OpenEngine = (url: string, options: BufferOptions) => Promise<Buffer>;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteBuffer,
  redis: async () => (await import('./engines/redis.ts')).openRedisBuffer,
  rediss: async () => (await import('./engines/redis.ts')).openRedisBuffer,
};

/**
 * Opens the buffer that the URL names.
 * @throws PushtechError `BUFFER_URL` (fatal) for an unknown scheme, and what the engine throws
 */
export const openBuffer = async (url: string, options: BufferOptions = {}): Promise<Buffer> => {
  const fail = (message: string) => bufferError('BUFFER_URL', message);
  const open = await engineOf(url, { role: 'buffer', engines, fail });
  return open(url, options);
};
