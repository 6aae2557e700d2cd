import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { openBuffer } from '@pushtech/buffer';
import { createErasureKey, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { withRedis } from '@pushtech/redis/testing';
import { openEraser } from '@pushtech/stats';
import { visitorOf } from '@pushtech/stats/testing';
import { openStore } from '@pushtech/store';
import { engineUrl, needs } from '@pushtech/testing';
import { afterAll, expect, it } from 'vitest';
import { dropTopics, openMongo } from './backup-wipe.ts';
import {
  askToErase,
  type Env,
  entryOf,
  erase,
  filesWith,
  numbers,
  OTHER,
  placeOf,
  sendVisits,
  WHO,
} from './erase-kit.ts';
import { dataFolder, settled, startFlow } from './start-flow.ts';

const SECRET_KEY = 'the key of the erasing test, which is longer than 32';
const name = `erase${randomBytes(5).toString('hex')}`;

/** What Redis keeps of a visitor: 6 bytes of a hash. */
const bytesOfHash = (visitor: string): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(visitorOf(visitor), 0, 6);
  return bytes;
};

const marks = [...[WHO, encodeURIComponent(WHO)].map((text) => Buffer.from(text)), bytesOfHash(WHO)];

/** On MongoDB where there is one; the store on SQLite is erased in the test of one process. */
const storeUrl = (): { STORE_URL?: string } => {
  const [, hosts, query = ''] = /^([^?]*?)\/?(?:\?(.*))?$/.exec(engineUrl('mongo')) ?? [];
  return hosts ? { STORE_URL: `${hosts}/${name}?${query}` } : {};
};

needs('redis', 'kafka')('on Redis and Kafka', ({ redis, kafka }) => {
  const folder = dataFolder();
  const env: Env = {
    SECRET_KEY,
    DATA_DIR: folder.path,
    BUFFER_URL: `${redis}?prefix=${name}_`,
    STATS_URL: `${redis}?prefix=${name}_`,
    LOG_URL: `kafka://${kafka}?prefix=${name}_&partitions=3`,
    STORE_URL: `sqlite:${folder.path}/store.db`,
    ...storeUrl(),
  };

  const wipe = async (prefix: string): Promise<void> =>
    withRedis(async (client) => {
      for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
        if (keys.length > 0) await client.unlink(...keys);
      }
    });

  afterAll(async () => {
    await wipe(name);
    const { STORE_URL } = storeUrl();
    if (STORE_URL) await openMongo(STORE_URL, (db) => db.dropDatabase());
    await dropTopics(kafka, `${name}_`);
    folder.remove();
  }, 60_000);

  /** Where Redis keeps its files, if that is on this machine. */
  const redisFolder = () =>
    withRedis(async (client) => {
      const [, path] = (await client.config('GET', 'dir')) as [string, string];
      return existsSync(path) ? path : undefined;
    });

  const countersKnow = async (visitor: string, url = `${redis}?prefix=${name}_`): Promise<number> => {
    const eraser = await openEraser(url);
    const { places } = await eraser.look(visitor);
    await eraser.close();
    return places;
  };

  it('forgets a visitor in Redis with its files, in the store and in numbers counted anew from Kafka', async () => {
    const files = await redisFolder();
    const flow = await startFlow(folder.path, env);
    await sendVisits(flow.url);
    const buffer = await openBuffer(`${redis}?prefix=${name}_`);
    await buffer.append(entryOf(WHO));
    await settled(flow.url, 7);
    const request = await askToErase(flow.url, WHO);
    const before = await numbers(flow.url);
    expect(before).toEqual({ events: 6, visitors: 2 });
    expect(await countersKnow(WHO)).toBeGreaterThan(0);
    if (files) expect(filesWith(files, [bytesOfHash(WHO)])).not.toEqual([]);
    await flow.close();

    // Two hits come in before the erasure, while no enricher runs.
    await buffer.append(entryOf(WHO));
    await buffer.close();
    const first = await erase(env, '--request', request, '--wait', '0');
    expect(first.complete).toBe(false);
    expect(placeOf(first, 'buffer')?.found).toBe(1);

    const again = await startFlow(folder.path, env);
    const ledger = await settled(again.url, 9);
    expect(ledger).toMatchObject({ kept: 6, dead: 1, dropped: { erased: 2 }, counted: 6 });
    expect(await numbers(again.url)).toEqual(before);
    const second = await erase(env, WHO);
    expect(second.complete).toBe(true);
    expect(placeOf(second, 'events')?.found).toBe(4);
    const left = Date.parse(placeOf(second, 'events')?.leftUntil ?? '') - Date.now();
    expect(left / 86_400_000).toBeCloseTo(8, 1);
    await again.close();

    expect(await countersKnow(WHO)).toBe(0);
    expect(await countersKnow(OTHER)).toBeGreaterThan(0);
    if (files) expect(filesWith(files, marks)).toEqual([]);
    const store = await openStore(env.STORE_URL as string);
    expect(await store.privacyRequests.find('visitor', WHO)).toEqual([]);
    expect(await store.privacyRequests.get(request)).toMatchObject({ doneAt: expect.any(Number) });
    await store.close();
    const log = await openLog(env.LOG_URL as string);
    const erased = await Promise.all(
      (await log.ranges(topics.erased)).map(({ partition }) =>
        log.read(topics.erased, partition, 'earliest', 9),
      ),
    );
    const keys = erased.flatMap(({ records }) => records.map(({ key }) => key));
    expect(keys).toEqual([createErasureKey(SECRET_KEY)(WHO), createErasureKey(SECRET_KEY)(WHO)]);
    await log.close();

    const rebuilt = `${redis}?prefix=${name}new_`;
    const fresh = await startFlow(folder.path, { ...env, STATS_URL: rebuilt });
    expect(await settled(fresh.url, 9)).toMatchObject({ kept: 6, dropped: { erased: 2 }, counted: 6 });
    expect(await numbers(fresh.url)).toEqual({ events: 6, visitors: 1 });
    await fresh.close();
    expect(await countersKnow(WHO, rebuilt)).toBe(0);
    expect(await countersKnow(OTHER, rebuilt)).toBeGreaterThan(0);
  }, 180_000);
});
