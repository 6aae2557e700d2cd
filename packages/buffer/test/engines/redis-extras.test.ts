// What the Redis engine promises beyond the contract: its counters, its bounds, and what happens when data goes away.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisPlace, hasRedisServer, withRedis } from '@pushtech/redis/testing';
import { needs } from '@pushtech/testing';
import { seeded } from '@pushtech/testing/seeded';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { unpackBody } from '../../src/engines/redis-body.ts';
import type { Entry } from '../../src/index.ts';
import { bodiesOf, failure, idsOf, open, ownServer, work } from './redis-kit.ts';

const take = { worker: 'w', max: 100, waitMs: 0 };

const ownPlace = async (more = '') => {
  const place = await createRedisPlace(more);
  onTestFinished(() => place.dispose());
  return place;
};

needs('redis')('on Redis', () => {
  test.each([1, 2, 3])(
    'keeps what is not acknowledged, and counts it, in any order of acks (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const { url, prefix } = await ownPlace();
      const buffer = await open(url);
      const waiting = new Map<string, string>();
      const taken: Entry[] = [];
      const acked: string[] = [];
      const some = <T>(list: readonly T[], most: number): T[] =>
        list.toSorted(() => random() - 0.5).slice(0, Math.ceil(random() * most));

      for (let step = 0; step < 60; step++) {
        for (let n = random() * 6; n > 0; n--) {
          const body = 'ä'.repeat(random() * 3000) + step + n;
          await buffer.append(body);
          waiting.set(body, body);
        }
        taken.push(...(await buffer.take({ ...take, max: 1 + Math.floor(random() * 8) })));
        // Repeats and unknown ids among them.
        const acks = [
          ...some(taken, 6).map(({ id }) => id),
          ...some(acked, 3),
          '1-1:7@nowhere:1/0',
          'nonsense',
        ];
        await buffer.ack(acks);
        for (const entry of taken.filter(({ id }) => acks.includes(id))) {
          waiting.delete(entry.body);
          acked.push(entry.id);
          taken.splice(taken.indexOf(entry), 1);
        }
        const raw = await withRedis((client) => client.xrangeBuffer(`${prefix}buffer:entries`, '-', '+'));
        const held = raw.map(([id, [name, value]]) => ({
          at: Number.parseInt(id.toString(), 10),
          body: unpackBody(name as Buffer, value as Buffer),
        }));
        expect(held.map(({ body }) => body)).toEqual([...waiting.keys()]);
        const bytes = held.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
        const { oldestAt, ...counts } = await buffer.status();
        expect(counts).toMatchObject({ entries: held.length, bytes });
        expect(oldestAt).toBe(held[0]?.at);
      }
    },
  );

  test('never holds more than maxBytes, however many append at once', async () => {
    const { url } = await ownPlace('maxBytes=10000');
    const handles = await Promise.all([open(url), open(url), open(url)]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => handles[n % 3]?.append('x'.repeat(600))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(await handles[0]?.status()).toMatchObject({ entries: 16, bytes: 9600, maxBytes: 10_000 });
  });

  test('takes appends again when somebody deleted all entries by hand', async () => {
    const { url, prefix } = await ownPlace('maxBytes=1000');
    const buffer = await open(url);
    await buffer.append('x'.repeat(900));
    await withRedis((client) => client.del(`${prefix}buffer:entries`));
    await buffer.append('y'.repeat(900));
    expect(await buffer.status()).toMatchObject({ entries: 1, bytes: 900 });
    expect(await buffer.take(take)).toHaveLength(1);
  });

  test('gives large entries in small portions: 1 MiB, or one that is larger', async () => {
    const { url } = await ownPlace();
    const buffer = await open(url);
    for (let n = 0; n < 6; n++) await buffer.append('x'.repeat(600_000));
    await buffer.append('y'.repeat(5_000_000));
    await buffer.append('z');
    for (let n = 0; n < 40; n++) await buffer.append('x'.repeat(100_000));
    const takes: number[] = [];
    for (let entries = await buffer.take(take); entries.length > 0; entries = await buffer.take(take)) {
      const bytes = entries.reduce((sum, { body }) => sum + body.length, 0);
      expect(entries.length === 1 || bytes <= 1_048_576).toBe(true);
      takes.push(entries.length);
    }
    expect(takes.reduce((sum, n) => sum + n, 0)).toBe(48);
    expect(takes.length).toBeLessThan(24);
  });

  test('starts where nobody has worked off, also what came before the first worker or after the group was lost', async () => {
    const { url, prefix } = await ownPlace();
    const [tracker, enricher] = [await open(url), await open(url)];
    for (const body of ['a', 'b', 'c']) await tracker.append(body);
    const entries = await enricher.take(take);
    expect(bodiesOf(entries)).toEqual(['a', 'b', 'c']);
    await enricher.ack(idsOf(entries.slice(0, 1)));
    await withRedis((client) => client.xgroup('DESTROY', `${prefix}buffer:entries`, 'workers'));
    const again = await enricher.take(take);
    expect(bodiesOf(again)).toEqual(['b', 'c']);
    await enricher.ack(idsOf(again));
    expect(await enricher.status()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('loses nothing that arrives for a take that was ended early', async () => {
    const { url } = await ownPlace();
    const buffer = await open(url);
    const signal = AbortSignal.timeout(100);
    expect(await buffer.take({ ...take, waitMs: 10_000, signal })).toEqual([]);
    await buffer.append('a');
    await sleep(100);
    const [entry] = await buffer.take({ ...take, waitMs: 3000 });
    expect(entry).toMatchObject({ body: 'a', redelivered: false });
  });

  test('does not hand out what it read long ago and others may have by now', async () => {
    const { url } = await ownPlace('idleMs=600');
    const [slow, quick] = [await open(url), await open(url)];
    await slow.take({ ...take, waitMs: 10_000, signal: AbortSignal.timeout(100) });
    await quick.append('a');
    await sleep(800);
    expect(await quick.take({ ...take, worker: 'other', waitMs: 3000 })).toMatchObject([
      { redelivered: true },
    ]);
    expect(await slow.take(take)).toEqual([]);
  });

  test('answers a blocked take within 50 ms of an append (median)', { retry: 2 }, async () => {
    const { url } = await ownPlace();
    const [tracker, enricher] = [await open(url), await open(url)];
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      const taken = enricher.take({ ...take, waitMs: 3000 }).then(() => performance.now());
      await sleep(50);
      const begun = performance.now();
      await tracker.append('x');
      waits.push((await taken) - begun);
    }
    expect(waits.toSorted((a, b) => a - b)[4]).toBeLessThan(50);
  });
});

describe.skipIf(!hasRedisServer)('on a redis-server of its own', { tags: ['redis'] }, () => {
  test('goes on by itself after FLUSHALL and SCRIPT FLUSH, and says that the buffer was emptied', async () => {
    const server = await ownServer();
    const warn = vi.fn();
    const buffer = await open(server.url, { warn });
    await buffer.append('gone');
    await buffer.take(take);
    await server.command('FLUSHALL');
    await server.command('SCRIPT', 'FLUSH');
    const waiting = work(buffer, (bodies) => bodies.length === 2);
    for (const body of ['a', 'b']) await buffer.append(body);
    expect(await waiting).toEqual(['a', 'b']);
    expect(await buffer.status()).toMatchObject({ entries: 0, bytes: 0 });
    expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringMatching(/emptied/));
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('a take that waits survives FLUSHALL', async () => {
    const server = await ownServer();
    const buffer = await open(server.url);
    const taken = buffer.take({ ...take, waitMs: 8000 });
    await sleep(200);
    await server.command('FLUSHALL');
    await buffer.append('a');
    expect(bodiesOf(await taken)).toEqual(['a']);
  });

  test('memory full (OOM) is "down" for appends, while taking and acknowledging make room', async () => {
    const server = await ownServer();
    const buffer = await open(server.url);
    const body = () => randomBytes(50_000).toString('hex');
    for (let n = 0; n < 40; n++) await buffer.append(body());
    const used = /used_memory:(\d+)/.exec(String(await server.command('INFO', 'memory')))?.[1] ?? '';
    await server.command('CONFIG', 'SET', 'maxmemory', used);
    const { error, ms } = await failure(buffer.append(body()));
    expect(error).toMatchObject({
      code: 'BUFFER_DOWN',
      kind: 'retry',
      message: expect.stringMatching(/OOM/),
    });
    expect(ms).toBeLessThan(500);
    expect(await buffer.status()).toMatchObject({ entries: 40, bytes: 4_000_000 });
    await work(buffer, (bodies) => bodies.length >= 40);
    expect(await buffer.status()).toMatchObject({ entries: 0, bytes: 0 });
    await buffer.append(body());
  });

  test('a replica (READONLY) is "down", and works again when it is a master', async () => {
    const server = await ownServer();
    const buffer = await open(server.url);
    await buffer.append('a');
    const waiting = work(buffer, (bodies) => bodies.length === 2);
    await server.command('REPLICAOF', '127.0.0.1', '1');
    const { error } = await failure(buffer.append('b'));
    expect(error).toMatchObject({ code: 'BUFFER_DOWN', message: expect.stringMatching(/READONLY/) });
    await expect(buffer.take({ ...take, worker: 'x' })).rejects.toMatchObject({ code: 'BUFFER_DOWN' });
    await server.command('REPLICAOF', 'NO', 'ONE');
    await buffer.append('b');
    expect((await waiting).toSorted()).toEqual(['a', 'b']);
  });

  test('a missing or wrong password is "down", said without the password', async () => {
    const server = await ownServer(['--requirepass', 'hunter2']);
    for (const [user, sentence] of [
      ['', /NOAUTH/],
      [':hunter3@', /WRONGPASS/],
    ] as const) {
      const buffer = await open(server.url.replace('//', `//${user}`));
      const { error, ms } = await failure(buffer.append('a'));
      expect(error).toMatchObject({ code: 'BUFFER_DOWN', message: expect.stringMatching(sentence) });
      expect((error as Error).message).not.toContain('hunter');
      expect(ms).toBeLessThan(200);
      await expect(buffer.take(take)).rejects.toMatchObject({ code: 'BUFFER_DOWN' });
    }
    const buffer = await open(server.url.replace('//', '//:hunter2@'));
    await buffer.append('a');
  });

  test('a server that still loads its data is "down" until it has', async () => {
    const server = await ownServer();
    const buffer = await open(server.url);
    for (let n = 0; n < 3000; n++) await buffer.append(`${n}`);
    await server.kill();
    // Microseconds for each command it reads: about 3 s.
    const started = server.start(['--key-load-delay', '250']);
    const opened = performance.now();
    const late = await open(server.url);
    expect(performance.now() - opened).toBeLessThan(3500);
    const { error, ms } = await failure(late.append('x'));
    if (error) {
      expect(error).toMatchObject({ code: 'BUFFER_DOWN', kind: 'retry' });
      expect(ms).toBeLessThan(100);
    }
    await started;
    await vi.waitFor(() => buffer.append('y'), { timeout: 5000, interval: 100 });
    expect((await buffer.status()).entries).toBeGreaterThanOrEqual(3001);
  });

  test('says at the start what may be lost, with the name of the server', async () => {
    const server = await ownServer(['--appendonly', 'no']);
    const warn = vi.fn();
    await open(server.url, { warn });
    await vi.waitFor(() =>
      expect(warn).toHaveBeenCalledWith(
        { server: `127.0.0.1:${server.port}` },
        expect.stringMatching(/appendonly is off/),
      ),
    );
  });
});
