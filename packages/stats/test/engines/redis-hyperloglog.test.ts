import { createRedisPlace, redisUrl } from '@pushtech/redis/testing';
import { needs } from '@pushtech/testing';
import { seeded } from '@pushtech/testing/seeded';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { addElement, estimate, mergeLog, newRegisters } from '../../src/engines/redis/hyperloglog.ts';

needs('redis')('hyperloglog', () => {
  it('says what Redis says, of sparse ones, dense ones, and several together', async () => {
    const place = await createRedisPlace();
    const client = new Redis(redisUrl);
    const random = seeded(3);
    const element = () => Math.floor(random() * 2 ** 48);
    const union = newRegisters();
    const keys: string[] = [];
    for (const n of [1, 5, 100, 900, 5000, 60_000]) {
      const key = `${place.prefix}${n}`;
      const own = newRegisters();
      const elements = Array.from({ length: n }, element);
      for (const one of elements) addElement(own, one, 6);
      for (let at = 0; at < n; at += 1000) {
        await client.pfadd(
          key,
          ...elements.slice(at, at + 1000).map((one) => {
            const bytes = Buffer.alloc(6);
            bytes.writeUIntBE(one, 0, 6);
            return bytes;
          }),
        );
      }
      const read = newRegisters();
      mergeLog(read, (await client.getBuffer(key)) as Buffer);
      expect(read).toEqual(own);
      expect(estimate(read)).toBe(await client.pfcount(key));
      mergeLog(union, (await client.getBuffer(key)) as Buffer);
      keys.push(key);
    }
    expect(estimate(union)).toBe(await client.pfcount(...keys));
    client.disconnect();
    await place.dispose();
  });
});
