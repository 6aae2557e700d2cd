import { createRedisPlace, redisUrl } from '@pushtech/redis/testing';
import { needs } from '@pushtech/testing';
import { Redis } from 'ioredis';
import { afterAll, expect } from 'vitest';
import { openStats, type Stats, type StatsOptions } from '../../src/index.ts';
import { type ContractOptions, statsContract } from '../contract.ts';
import { asRecords, generateEvents } from '../generate.ts';

const promises: ContractOptions = { visitors: 'within 3 %' };
const ROOT = 'pushtech:stats:';

needs('redis')('redis', () => {
  const disposals: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const dispose of disposals) await dispose();
  });

  /** Database 6 is where tests may use no prefix. */
  const ownUrl = redisUrl && String(Object.assign(new URL(redisUrl), { pathname: '/6' }));

  const use = async <T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };

  const wipe = (): Promise<void> =>
    use(ownUrl, async (client) => {
      for await (const keys of client.scanStream({ match: `${ROOT}*`, count: 1000 })) {
        if (keys.length > 0) await client.unlink(...keys);
      }
    });

  afterAll(wipe);
  const asItComes = async (options?: StatsOptions): Promise<Stats> => {
    await wipe();
    return openStats(ownUrl, options);
  };
  statsContract('redis', asItComes, promises);

  /** Data without a prefix is there too, and stays as it is. */
  const besideOther = async (options?: StatsOptions): Promise<Stats> => {
    const place = await createRedisPlace();
    const other = await openStats(place.url);
    const records = asRecords(generateEvents(50, { from: 0, to: 9e7 }));
    await other.apply({ source: 'events/0', from: 0, next: 50, records });
    const before = await other.ledger({});
    const url = place.url.replace('prefix=', 'prefix=x');
    const stats = await openStats(url, options);
    disposals.push(async () => {
      expect(await other.ledger({})).toEqual(before);
      expect(await other.position('events/0')).toBe(50);
      await other.close();
      await place.dispose();
      await use(redisUrl, async (client) => {
        for await (const keys of client.scanStream({ match: `x${place.prefix}*`, count: 1000 })) {
          if (keys.length > 0) await client.unlink(...keys);
        }
      });
    });
    return stats;
  };
  statsContract('redis with a prefix, beside data with another', besideOther, promises);

  /** Keys that look like ours, of other types. */
  const withForeignKeys = async (options?: StatsOptions): Promise<Stats> => {
    const place = await createRedisPlace();
    const names = [
      'positions',
      'ids',
      'ids:1',
      'levels',
      'ledger',
      `${ROOT}`,
      'pushtech:stats',
      'pushtech:buffer:ids',
    ];
    await use(redisUrl, async (client) => {
      for (const name of names) await client.rpush(`${place.prefix}${name}`, 'foreign', name);
    });
    disposals.push(async () => {
      await use(redisUrl, async (client) => {
        for (const name of names) {
          expect(await client.lrange(`${place.prefix}${name}`, 0, -1)).toEqual(['foreign', name]);
        }
      });
      await place.dispose();
    });
    return openStats(place.url, options);
  };
  statsContract('redis with foreign keys of similar names', withForeignKeys, promises);
});
