// Servers that are killed, paused or cut off, and lists of several.

import { setTimeout as sleep } from 'node:timers/promises';
import { hasRedisServer, startProxy } from '@pushtech/redis/testing';
import { freePort } from '@pushtech/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Buffer } from '../../src/index.ts';
import { bodiesOf, failure, idsOf, open, ownServer, work } from './redis-kit.ts';

const take = { worker: 'w', max: 100, waitMs: 0 };

/** Appends every few ms until it is stopped; gives what was kept. */
const keepAppending = (buffer: Buffer, name: string) => {
  const kept: string[] = [];
  let stopped = false;
  const done = (async () => {
    for (let n = 0; !stopped; n++) {
      const body = `${name} ${n}`;
      await buffer.append(body).then(
        () => kept.push(body),
        () => sleep(20),
      );
      await sleep(2);
    }
  })();
  return {
    kept,
    async stop(): Promise<string[]> {
      stopped = true;
      await done;
      return kept;
    },
  };
};

const includesAll = (wanted: readonly string[]) => {
  return (bodies: readonly string[]): boolean => {
    const found = new Set(bodies);
    return wanted.every((body) => found.has(body));
  };
};

describe.skipIf(!hasRedisServer)('when servers fail', { tags: ['redis'] }, () => {
  test('keeps every acknowledged append over kill -9 under load, and taking goes on by itself', async () => {
    const server = await ownServer();
    const [tracker, enricher] = [await open(server.url), await open(`${server.url}?idleMs=2000`)];
    const appending = keepAppending(tracker, 'a');
    let finished = false;
    const working = work(enricher, (bodies) => finished && includesAll(appending.kept)(bodies));
    for (let round = 0; round < 3; round++) {
      await sleep(400);
      await server.kill();
      const { error, ms } = await failure(tracker.append('while it is dead'));
      expect(error).toMatchObject({ code: 'BUFFER_DOWN', kind: 'retry' });
      expect(ms).toBeLessThan(200);
      await sleep(300);
      await server.start();
      const before = appending.kept.length;
      await sleep(1500);
      expect(appending.kept.length).toBeGreaterThan(before);
    }
    const kept = await appending.stop();
    finished = true;
    expect(kept.length).toBeGreaterThan(200);
    const seen = new Set(await working);
    expect(kept.filter((body) => !seen.has(body))).toEqual([]);
    expect((await enricher.status()).entries).toBeLessThanOrEqual(10);
  });

  test('opens while the server is down, and works as soon as it answers', async () => {
    const server = await ownServer();
    await server.kill();
    const buffer = await open(server.url);
    expect((await failure(buffer.append('a'))).error).toMatchObject({ code: 'BUFFER_DOWN' });
    expect((await failure(buffer.take(take))).error).toMatchObject({ code: 'BUFFER_DOWN' });
    expect((await failure(buffer.status())).error).toMatchObject({ code: 'BUFFER_DOWN' });
    await server.start();
    await sleep(1500);
    await buffer.append('a');
    expect(bodiesOf(await buffer.take(take))).toEqual(['a']);
  });

  test('says BUFFER_DOWN within some 2 s when the server is paused, and goes on when it runs again', async () => {
    const server = await ownServer();
    const buffer = await open(server.url);
    await buffer.append('a');
    const [held] = await buffer.take(take);
    server.pause();
    const outcomes = await Promise.all([
      failure(buffer.append('b')),
      failure(buffer.ack([held?.id ?? ''])),
      failure(buffer.status()),
      failure(buffer.take({ ...take, waitMs: 100 })),
    ]);
    for (const { error, ms } of outcomes.slice(0, 3)) {
      expect(error).toMatchObject({ code: 'BUFFER_DOWN', kind: 'retry' });
      expect(ms).toBeLessThan(3000);
    }
    expect(outcomes[3]?.ms).toBeLessThan(3000);
    await sleep(1000);
    expect((await failure(buffer.append('c'))).ms).toBeLessThan(100);
    server.resume();
    await sleep(3000);
    await buffer.ack([held?.id ?? '']);
    await buffer.append('d');
    const bodies = await work(buffer, (seen) => seen.includes('d'));
    expect(bodies).not.toContain('a');
  });

  test('gets at once what was lost on its way over a half-open connection, without waiting for idleMs', async () => {
    const server = await ownServer();
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const tracker = await open(server.url);
    const enricher = await open(`redis://127.0.0.1:${proxy.port}?idleMs=60000`);
    await tracker.append('in hand');
    expect(bodiesOf(await enricher.take(take))).toEqual(['in hand']);
    const waiting = failure(enricher.take({ ...take, waitMs: 10_000 }));
    await sleep(200);
    proxy.stall();
    await tracker.append('on its way');
    expect(await waiting).toMatchObject({ error: { code: 'BUFFER_DOWN' } });
    proxy.flow();
    const found = await work(enricher, (bodies) => bodies.length > 0, { forMs: 8000 });
    expect(found).toEqual(['on its way']);
  });

  test('two servers: when the first dies, appends go to the second within 1 s, and both are read', async () => {
    const [first, second] = [await ownServer(), await ownServer()];
    const url = `${first.url},${second.url}?idleMs=2000`;
    const [tracker, enricher] = [await open(url), await open(url)];
    await tracker.append('on the first');
    expect(await first.command('XLEN', 'buffer:entries')).toBe(1);
    await first.kill();
    const { error, ms } = await failure(tracker.append('on the second'));
    expect(error).toBeUndefined();
    expect(ms).toBeLessThan(1000);
    const costs = await Promise.all(Array.from({ length: 50 }, () => failure(tracker.append('more'))));
    expect(Math.max(...costs.map((cost) => cost.ms))).toBeLessThan(500);
    expect(await tracker.status()).toMatchObject({ entries: 51 });
    const taken = await enricher.take({ ...take, waitMs: 2000 });
    expect(bodiesOf(taken)[0]).toBe('on the second');
    await enricher.ack(idsOf(taken));

    await first.start();
    await work(enricher, (bodies) => bodies.includes('on the first'));
    await sleep(1500);
    await tracker.append('on the first again');
    expect(await first.command('XLEN', 'buffer:entries')).toBe(1);
    expect(await work(enricher, () => false, { forMs: 2000 })).toContain('on the first again');
    expect(await enricher.status()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('two servers: entries of the one that lives are worked off while an ack for the dead one is owed, and paid later', async () => {
    const [first, second] = [await ownServer(), await ownServer()];
    const url = `${first.url},${second.url}`;
    const buffer = await open(url);
    await buffer.append('a');
    const held = await buffer.take(take);
    await first.kill();
    await buffer.append('b');
    const [b] = await buffer.take({ ...take, waitMs: 2000 });
    expect(b?.body).toBe('b');
    await buffer.ack([...idsOf(held), b?.id ?? '']);
    expect(await buffer.status()).toMatchObject({ entries: 0 });
    await first.start();
    await sleep(2000);
    expect(await first.command('XLEN', 'buffer:entries')).toBe(0);
    expect(await buffer.take({ ...take, waitMs: 300 })).toEqual([]);
  });

  test('two servers: a paused one holds up neither appends for longer than 2 s nor what the other has', async () => {
    const [first, second] = [await ownServer(), await ownServer()];
    const buffer = await open(`${first.url},${second.url}`);
    await buffer.take(take);
    first.pause();
    const slow = await failure(buffer.append('a'));
    expect(slow).toMatchObject({ error: undefined });
    expect(slow.ms).toBeLessThan(2500);
    expect((await failure(buffer.append('b'))).ms).toBeLessThan(100);
    const begun = performance.now();
    expect(bodiesOf(await buffer.take({ ...take, waitMs: 5000 }))).toEqual(['a', 'b']);
    expect(performance.now() - begun).toBeLessThan(500);
    first.resume();
  });

  test('two servers: BUFFER_FULL on one sends appends to the other, and is the answer when all are full', async () => {
    const [first, second] = [await ownServer(), await ownServer()];
    const buffer = await open(`${first.url},${second.url}?maxBytes=1000`);
    for (let n = 0; n < 4; n++) await buffer.append('x'.repeat(500));
    expect(await second.command('XLEN', 'buffer:entries')).toBe(2);
    expect(await buffer.status()).toMatchObject({ entries: 4, bytes: 2000, maxBytes: 2000 });
    await expect(buffer.append('x'.repeat(500))).rejects.toMatchObject({ code: 'BUFFER_FULL' });
    await second.kill();
    await expect(buffer.append('x'.repeat(500))).rejects.toMatchObject({ code: 'BUFFER_FULL' });
  });

  test('two servers: a backlog on one does not starve the other', async () => {
    const [first, second] = [await ownServer(), await ownServer()];
    const backlog = await open(first.url);
    await Promise.all(Array.from({ length: 300 }, (_, n) => backlog.append(`${n}`)));
    await (await open(second.url)).append('the only one');
    const buffer = await open(`${first.url},${second.url}`);
    const bodies = await work(buffer, (seen) => seen.length >= 100);
    expect(bodies).toContain('the only one');
  });

  test('two servers: opens while both are down', async () => {
    const [one, two] = [await freePort(), await freePort()];
    const begun = performance.now();
    const buffer = await open(`redis://127.0.0.1:${one},127.0.0.1:${two}`);
    expect(performance.now() - begun).toBeLessThan(1000);
    const { error } = await failure(buffer.append('a'));
    expect(error).toMatchObject({ code: 'BUFFER_DOWN', message: expect.stringMatching(`${one}.*${two}`) });
  });
});
