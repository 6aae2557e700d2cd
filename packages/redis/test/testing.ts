// What the tests of the Redis engines need alike; imported as `@pushtech/redis/testing`.
import { randomBytes } from 'node:crypto';
import { engineUrl } from '@pushtech/testing';
import { Redis } from 'ioredis';

export { startProxy, type TcpProxy } from './proxy.ts';
export { hasRedisServer, type PrivateRedis, startRedisServer } from './server.ts';

/** The server that tests run on; empty = tests that need it are skipped, and the report says so. */
export const redisUrl = engineUrl('redis');

export interface RedisPlace {
  /** Every handle that opens it sees the same data. */
  url: string;
  prefix: string;
  /** Removes all keys of this place. */
  dispose(): Promise<void>;
}

/** Lends a plain client of the server that tests run on, database 0. */
export const withRedis = async <T>(use: (client: Redis) => Promise<T>): Promise<T> => {
  const client = new Redis(redisUrl);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
};

const removeAll = (prefix: string): Promise<void> =>
  withRedis(async (client) => {
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  });

/** A place of its own: a prefix that nobody else has. @param more options, e.g. `idleMs=100` */
export const createRedisPlace = async (more = ''): Promise<RedisPlace> => {
  const prefix = `test_${randomBytes(6).toString('hex')}_`;
  const url = `${redisUrl}?prefix=${prefix}${more && `&${more}`}`;
  return { url, prefix, dispose: () => removeAll(prefix) };
};
