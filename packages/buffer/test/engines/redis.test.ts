import { createRedisPlace, redisUrl, withRedis } from '@pushtech/redis/testing';
import { startChild } from '@pushtech/sqlite/testing';
import { needs } from '@pushtech/testing';
import { expect } from 'vitest';
import { openBuffer } from '../../src/index.ts';
import { bufferContract } from '../contract.ts';

/** A database of its own: a buffer without a prefix would meet that of other tests. */
const OWN_DB = 5;

/** Keys of the same names as ours under other prefixes, of all types, and a stream with a group of the same name. */
const putForeign = (prefix: string): Promise<void> =>
  withRedis(async (client) => {
    await client.set(`${prefix}x_buffer:entries`, 'theirs');
    await client.rpush(`${prefix}y_buffer:entries`, 'theirs');
    await client.hset(`${prefix}y_buffer:bytes`, 'their', 's');
    await client.xadd(`${prefix}z_buffer:entries`, '1-1', 'b', 'theirs');
    await client.xgroup('CREATE', `${prefix}z_buffer:entries`, 'workers', '0');
    await client.xreadgroup('GROUP', 'workers', 'w', 'STREAMS', `${prefix}z_buffer:entries`, '>');
    await client.xadd(`${prefix}buffer`, '1-1', 'b', 'theirs');
  });

const checkForeign = (prefix: string): Promise<void> =>
  withRedis(async (client) => {
    expect(await client.get(`${prefix}x_buffer:entries`)).toBe('theirs');
    expect(await client.lrange(`${prefix}y_buffer:entries`, 0, -1)).toEqual(['theirs']);
    expect(await client.hgetall(`${prefix}y_buffer:bytes`)).toEqual({ their: 's' });
    expect(await client.xrange(`${prefix}z_buffer:entries`, '-', '+')).toEqual([['1-1', ['b', 'theirs']]]);
    expect(await client.xpending(`${prefix}z_buffer:entries`, 'workers')).toEqual([
      1,
      '1-1',
      '1-1',
      [['w', '1']],
    ]);
    expect(await client.xlen(`${prefix}buffer`)).toBe(1);
  });

needs('redis')('on Redis', () => {
  bufferContract('redis', async () => {
    const clean = () =>
      withRedis(async (client) => {
        await client.select(OWN_DB);
        await client.del('buffer:entries', 'buffer:bytes');
      });
    await clean();
    return { url: `${redisUrl}/${OWN_DB}`, dispose: clean };
  });

  bufferContract('redis with a prefix, beside entries of a shorter one', async () => {
    const place = await createRedisPlace();
    const other = await openBuffer(place.url);
    await other.append('not yours');
    await other.close();
    return { url: `${redisUrl}?prefix=${place.prefix}x_`, dispose: place.dispose };
  });

  bufferContract('redis with foreign keys, streams and groups there', async () => {
    const { url, prefix, dispose } = await createRedisPlace();
    await putForeign(prefix);
    return {
      url,
      async dispose() {
        await checkForeign(prefix);
        await dispose();
      },
    };
  });

  bufferContract('redis while a second process writes under a neighbouring prefix', async () => {
    const { url, prefix, dispose } = await createRedisPlace();
    const child = startChild(
      new URL('../child.ts', import.meta.url),
      `${redisUrl}?prefix=${prefix}neighbour_`,
      'neighbour',
    );
    await child.said('ready');
    return {
      url,
      async dispose() {
        await child.kill();
        await dispose();
      },
    };
  });

  bufferContract('two redis servers, the first out of reach', async () => {
    const place = await createRedisPlace();
    return { ...place, url: place.url.replace('redis://', 'redis://127.0.0.1:1,') };
  });
});
