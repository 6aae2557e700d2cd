import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@pushtech/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  type Connection,
  connect,
  connectBlocking,
  parseRedisUrl,
  type RedisServer,
  whenUp,
} from '../src/index.ts';
import { hasRedisServer, type PrivateRedis, startProxy, startRedisServer, type TcpProxy } from './testing.ts';

const at = (port: number): RedisServer =>
  parseRedisUrl(`redis://127.0.0.1:${port}`).servers[0] as RedisServer;

/** Closes it when the test ends. */
const closing = <T extends { close(): Promise<void> }>(one: T): T => {
  onTestFinished(() => one.close());
  return one;
};

const outcome = async (work: Promise<unknown>): Promise<{ error?: string; ms: number }> => {
  const begun = performance.now();
  const error = await work.then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  return { ...(error !== undefined && { error }), ms: performance.now() - begun };
};

test('refuses a command at once without a connection, and says why there is none', async () => {
  const port = await freePort();
  const connection = closing(connect(at(port)));
  await connection.tried;
  expect(connection.isUp()).toBe(false);
  const { error, ms } = await outcome(connection.call((client) => client.ping()));
  expect(error).toContain(`127.0.0.1:${port}: connect ECONNREFUSED`);
  expect(ms).toBeLessThan(100);
});

describe.skipIf(!hasRedisServer)('with a redis-server of its own behind a proxy', { tags: ['redis'] }, () => {
  let server: PrivateRedis;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.dispose());

  const open = async (make: (server: RedisServer) => Connection) => {
    const proxy: TcpProxy = closing(await startProxy(server.port));
    const connection = closing(make(at(proxy.port)));
    await whenUp(connection, 5000);
    return { proxy, connection };
  };

  test('rejects what was under way at a cut, at once, and never sends it again by itself', async () => {
    const { proxy, connection } = await open(connect);
    proxy.stall();
    const sent = outcome(connection.call((client) => client.incr('sent')));
    await sleep(50);
    proxy.cut();
    const { error, ms } = await sent;
    expect(error).toBeDefined();
    expect(ms).toBeLessThan(500);
    proxy.flow();
    await whenUp(connection, 5000);
    await connection.call((client) => client.ping());
    expect(await server.command('GET', 'sent')).toBeNull();
  });

  test('gives a half-open connection up after 2 s, and works again by itself', async () => {
    const { proxy, connection } = await open(connect);
    proxy.stall();
    const { error, ms } = await outcome(connection.call((client) => client.ping()));
    expect(error).toBeDefined();
    expect(ms).toBeGreaterThan(1800);
    expect(ms).toBeLessThan(3000);
    await sleep(100);
    expect((await outcome(connection.call((client) => client.ping()))).ms).toBeLessThan(100);
    proxy.flow();
    await whenUp(connection, 5000);
    expect(await connection.call((client) => client.ping())).toBe('PONG');
  });

  test.each([
    ['a connection', connect],
    ['a blocking connection', (one: RedisServer) => connectBlocking(one, 100)],
  ])('does not wait for ever where %s is taken but never answered', async (_, make) => {
    const proxy = closing(await startProxy(server.port));
    proxy.stall();
    const connection = closing(make(at(proxy.port)));
    await sleep(3500);
    expect(proxy.connections()).toBeGreaterThan(1);
    expect(connection.isUp()).toBe(false);
    proxy.flow();
    await whenUp(connection, 5000);
  });

  test('rejects a wait that the server does not end, and makes the connection anew', async () => {
    const { proxy, connection } = await open((one) => connectBlocking(one, 500));
    proxy.stall();
    const { error, ms } = await outcome(connection.call((client) => client.blpop('nothing', 0.5)));
    expect(error).toBeDefined();
    expect(ms).toBeGreaterThan(2300);
    expect(ms).toBeLessThan(4000);
    proxy.flow();
    await whenUp(connection, 5000);
  });

  test('takes an answer that comes late for the answer, not for "nothing came"', async () => {
    const { proxy, connection } = await open((one) => connectBlocking(one, 300));
    const answer = connection.call((client) => client.blpop('late', 0.3));
    await sleep(100);
    proxy.stall();
    await server.command('LPUSH', 'late', 'value');
    await sleep(900);
    proxy.flow();
    expect(await answer).toEqual(['late', 'value']);
  });

  test('leaves a connection alone on which nothing is asked', async () => {
    const { proxy, connection } = await open((one) => connect(one, 200));
    await connection.call((client) => client.ping());
    await sleep(1000);
    expect(connection.isUp()).toBe(true);
    expect(proxy.connections()).toBe(1);
  });

  test('names what is wrong when the server wants a password', async () => {
    const closed = await startRedisServer(['--requirepass', 'hunter2']);
    onTestFinished(() => closed.dispose());
    const without = closing(connect(at(closed.port)));
    await without.tried;
    expect(without.problem()).toMatch(/NOAUTH/);
    const wrong = closing(connect({ ...at(closed.port), password: 'hunter3' }));
    await wrong.tried;
    expect(wrong.problem()).toMatch(/WRONGPASS/);
    const right = closing(connect({ ...at(closed.port), password: 'hunter2' }));
    await whenUp(right, 5000);
  });
});
