import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from '@pushtech/redis';

/** The number is not an index: keys are made inside the scripts, which only works because there is no Cluster. */
const NO_KEYS = 0;

export type Argument = string | number | Buffer;

/** A Lua script from files that follow each other. Redis keeps it by its hash; where it has forgotten it, it gets it anew. */
export const createScript = (...files: readonly string[]) => {
  const text = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');
  const sha = createHash('sha1').update(text).digest('hex');
  return async (client: Redis, ...args: readonly Argument[]): Promise<unknown> => {
    try {
      return await client.evalsha(sha, NO_KEYS, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return client.eval(text, NO_KEYS, ...args);
    }
  };
};
