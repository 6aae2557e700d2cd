import type { Buffer } from './buffer.ts';
import { bufferError } from './errors.ts';

export interface BufferOptions {
  /** Epoch ms; for tests. */
  clock?: () => number;
}

type OpenEngine = (url: string, options: BufferOptions) => Promise<Buffer>;

/** Scheme to engine. An engine is loaded when it is asked for. */
const engines: Record<string, () => Promise<OpenEngine>> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteBuffer,
};

/**
 * Opens the buffer that the URL names.
 * @throws PushtechError `BUFFER_URL` (fatal) for an unknown scheme
 */
export const openBuffer = async (url: string, options: BufferOptions = {}): Promise<Buffer> => {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const load = Object.hasOwn(engines, scheme) ? engines[scheme] : undefined;
  if (!load) {
    const known = Object.keys(engines).join(', ');
    throw bufferError('BUFFER_URL', `there is no buffer engine for "${scheme}:"; known schemes: ${known}`);
  }
  const open = await load();
  return open(url, options);
};
