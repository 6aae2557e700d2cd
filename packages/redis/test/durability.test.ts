import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect, durabilityWarnings, parseRedisUrl, watchDurability, whenUp } from '../src/index.ts';
import { hasRedisServer, type PrivateRedis, startRedisServer } from './testing.ts';

describe.skipIf(!hasRedisServer)('with a redis-server of its own', { tags: ['redis'] }, () => {
  let server: PrivateRedis;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.dispose());

  const connected = async () => {
    const connection = connect(parseRedisUrl(server.url).servers[0] as never);
    onTestFinished(() => connection.close());
    await whenUp(connection, 5000);
    return connection;
  };

  test('says nothing about a server that keeps what it takes', async () => {
    const { client } = await connected();
    expect(await durabilityWarnings(client)).toEqual([]);
  });

  test.each([
    ['appendonly', 'no', /appendonly is off/],
    ['appendfsync', 'no', /appendfsync is no/],
    ['maxmemory-policy', 'allkeys-lru', /maxmemory-policy is allkeys-lru/],
  ])('warns of %s %s', async (name, value, sentence) => {
    const { client } = await connected();
    const [, before] = (await server.command('CONFIG', 'GET', name)) as string[];
    onTestFinished(async () => {
      await server.command('CONFIG', 'SET', name, before ?? '');
    });
    await server.command('CONFIG', 'SET', name, value);
    expect(await durabilityWarnings(client)).toEqual([expect.stringMatching(sentence)]);
  });

  test('says a warning once, however often the server comes back, and again when it changes', async () => {
    const connection = await connected();
    const warn = vi.fn();
    const back = async (value: string): Promise<void> => {
      await server.command('CONFIG', 'SET', 'maxmemory-policy', value);
      connection.client.disconnect(true);
      await sleep(50);
      await whenUp(connection, 5000);
      await sleep(200);
    };
    watchDurability(connection, warn);
    await back('allkeys-lru');
    await back('allkeys-lru');
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(
      { server: `127.0.0.1:${server.port}` },
      expect.stringMatching(/allkeys-lru/),
    );
    await back('noeviction');
    expect(warn).toHaveBeenCalledTimes(1);
    await back('allkeys-lru');
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
