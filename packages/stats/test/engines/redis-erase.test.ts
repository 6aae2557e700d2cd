import { createRedisPlace, redisUrl } from '@pushtech/redis/testing';
import { needs } from '@pushtech/testing';
import { Redis } from 'ioredis';
import { visitorOf } from '../../src/engines/redis/places.ts';
import { eraserContract } from '../contract-erase.ts';

const derived = (visitor: string): Buffer => {
  const six = Buffer.alloc(6);
  six.writeUIntBE(visitorOf(visitor), 0, 6);
  return six;
};

/** Every hash and HyperLogLog of the place. */
const bytes = async (url: string): Promise<Buffer> => {
  const client = new Redis(redisUrl);
  const prefix = new URL(url).searchParams.get('prefix') ?? '';
  const all: Buffer[] = [];
  try {
    for (const key of await client.keys(`${prefix}pushtech:stats:*`)) {
      const type = await client.type(key);
      if (type === 'string') all.push((await client.getBuffer(key)) ?? Buffer.alloc(0));
      if (type !== 'hash') continue;
      const fields = (await client.callBuffer('HGETALL', key)) as unknown as Buffer[];
      all.push(...fields);
    }
  } finally {
    client.disconnect();
  }
  return Buffer.concat(all);
};

needs('redis')('redis', () => {
  eraserContract('redis', () => createRedisPlace(), { bytes, derived });
});
