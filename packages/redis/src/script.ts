import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type Script = (
  client: Redis,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/**
 * A Lua script that is sent by its name. A server that does not know it, after a restart or SCRIPT FLUSH, gets it whole.
 * @param lua without `#!`: the first lines would change what it may do when memory is full
 */
export const createScript = (lua: string): Script => {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (client, keys, args) => {
    try {
      return await client.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return client.eval(lua, keys.length, ...keys, ...args);
    }
  };
};
