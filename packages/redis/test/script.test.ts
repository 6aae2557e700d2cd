import { needs } from '@pushtech/testing';
import { expect, test } from 'vitest';
import { createScript } from '../src/index.ts';
import { withRedis } from './testing.ts';

needs('redis')('on Redis', () => {
  test('runs a script that the server does not know, and one that it knows', () =>
    withRedis(async (client) => {
      const script = createScript(`return {KEYS[1], ARGV[1], ${Math.random()} and ARGV[2]}`);
      for (let n = 0; n < 2; n++) expect(await script(client, ['k'], ['ä', n])).toEqual(['k', 'ä', `${n}`]);
    }));

  test('passes the error of a script on', () =>
    withRedis(async (client) => {
      const script = createScript(`return redis.error_reply('OOM not today')`);
      await expect(script(client, [], [])).rejects.toThrow('OOM not today');
    }));
});
