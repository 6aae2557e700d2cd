import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Buffer as HitBuffer, openBuffer } from '@pushtech/buffer';
import { decodeHitBatch, newId } from '@pushtech/event';
import { seeded } from '@pushtech/testing/seeded';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spawnTracker } from './spawn-tracker.ts';
import { createSpoolPlace, until } from './spool-place.ts';

let place: ReturnType<typeof createSpoolPlace>;
const running: { kill(): Promise<void> }[] = [];
beforeEach(() => {
  place = createSpoolPlace();
});
afterEach(async () => {
  for (const tracker of running.splice(0)) await tracker.kill();
  await place.dispose();
});

const SEED = Number(process.env.SEED ?? randomInt(1 << 30));
const urlOf = (query: string) => `sqlite:${place.directory}/buffer.db${query}`;
/** Its buffer has room for hardly a byte. */
const FULL = '?maxBytes=1';

const start = async (query: string) => {
  const tracker = await spawnTracker({ DATA_DIR: place.directory, BUFFER_URL: urlOf(query) });
  running.push(tracker);
  return tracker;
};

const post = async (url: string, ids: string[], path = '/t?ack=durable'): Promise<number> => {
  const body = JSON.stringify(ids.map((id) => ({ type: 'a', id })));
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
};

const gauge = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
};

/** How often each hit lies in the buffer, counting each batch once. */
const idsIn = async (buffer: HitBuffer): Promise<Map<string, number>> => {
  const ids = new Map<string, number>();
  const batches = new Set<string>();
  for (;;) {
    const entries = await buffer.take({ worker: 'test', max: 200, waitMs: 50 });
    if (entries.length === 0) return ids;
    for (const { body } of entries) {
      const { header, lines } = decodeHitBatch(body);
      if (batches.has(header.batch)) continue;
      batches.add(header.batch);
      for (const line of lines) {
        const { id } = JSON.parse(line) as { id: string };
        ids.set(id, (ids.get(id) ?? 0) + 1);
      }
    }
    await buffer.ack(entries.map(({ id }) => id));
  }
};

it(`ten times kill -9 while it spools: every hit that was acknowledged is in the buffer in the end, once (SEED=${SEED})`, async () => {
  const random = seeded(SEED);
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  const sendUntilKilled = async (url: string): Promise<void> => {
    for (;;) {
      const ids = Array.from({ length: 1 + Math.floor(random() * 30) }, () => newId());
      for (const id of ids) sent.add(id);
      try {
        if ((await post(url, ids)) === 202) for (const id of ids) acknowledged.add(id);
      } catch {
        return;
      }
    }
  };
  for (let round = 0; round < 10; round++) {
    // Now and then the buffer has room, so that it is killed while it drains as well.
    const tracker = await start(round % 3 === 2 ? '' : FULL);
    const senders = Array.from({ length: 4 }, () => sendUntilKilled(tracker.url));
    await sleep(30 + random() * 300);
    await tracker.kill();
    await Promise.all(senders);
  }
  const last = await start('');
  await until(async () => (await gauge(last.url, 'pushtech_tracker_spool_bytes')) === 0, 30_000);
  expect(await last.stop()).toMatchObject({ code: 0 });
  const buffer = await openBuffer(urlOf(''));
  const ids = await idsIn(buffer);
  await buffer.close();
  console.log(`${acknowledged.size} acknowledged, ${sent.size} sent, ${ids.size} in the buffer`);
  expect(acknowledged.size).toBeGreaterThan(200);
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  expect([...ids.keys()].filter((id) => !sent.has(id))).toEqual([]);
  expect([...ids.values()].filter((n) => n !== 1)).toEqual([]);
}, 90_000);

it('a tracker takes over what another leaves in the folder that was killed beside it', async () => {
  const killed = await start(FULL);
  const living = await start('');
  const ids = Array.from({ length: 50 }, () => newId());
  expect(await post(killed.url, ids)).toBe(202);
  expect(await post(living.url, [newId()])).toBe(202);
  const ready = (await (await fetch(`${killed.url}/readyz`)).json()) as { status: string; services: unknown };
  expect(ready.status).toBe('degraded');
  expect(JSON.stringify(ready.services)).toMatch(
    /the spool is \d\.\d % full: 0\.0 MiB, 1 batches, the oldest \d s old/,
  );
  await killed.kill();
  const buffer = await openBuffer(urlOf(''));
  const found = new Map<string, number>();
  await until(async () => {
    for (const [id, n] of await idsIn(buffer)) found.set(id, n);
    return ids.every((id) => found.has(id));
  });
  await buffer.close();
  expect(await gauge(living.url, 'pushtech_tracker_spool_drained_total')).toBeGreaterThan(0);
  expect((await living.stop()).code).toBe(0);
});

it('SIGTERM while the buffer is full loses no pixel that was answered, within 5 s', async () => {
  const tracker = await start(FULL);
  const kept: string[] = [];
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(`${tracker.url}/t/a`);
      await response.arrayBuffer();
      kept.push(response.headers.get('x-event-id') as string);
    }),
  );
  const { code, ms } = await tracker.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5000);
  const last = await start('');
  const buffer = await openBuffer(urlOf(''));
  const found = new Map<string, number>();
  await until(async () => {
    for (const [id, n] of await idsIn(buffer)) found.set(id, n);
    return found.size >= kept.length;
  });
  await buffer.close();
  expect([...found.keys()].sort()).toEqual(kept.sort());
  await last.stop();
});

it('a full spool and a full buffer: POST 503 with Retry-After at once, and pixels are still answered', async () => {
  const tracker = await spawnTracker({
    DATA_DIR: place.directory,
    BUFFER_URL: urlOf(FULL),
    SPOOL_MAX_BYTES: '100000',
  });
  running.push(tracker);
  const body = JSON.stringify(Array.from({ length: 100 }, () => ({ type: 'a', title: 'x'.repeat(100) })));
  const headers = { 'content-type': 'application/json' };
  const statuses: number[] = [];
  for (let n = 0; n < 10; n++) {
    const began = performance.now();
    const response = await fetch(`${tracker.url}/t?ack=durable`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    statuses.push(response.status);
    expect(response.headers.get('retry-after')).toBe(response.status === 503 ? '1' : null);
    expect(performance.now() - began).toBeLessThan(2500);
  }
  expect(statuses[0]).toBe(202);
  expect(statuses.at(-1)).toBe(503);
  const pixel = await fetch(`${tracker.url}/t/a`);
  expect(pixel.status).toBe(200);
  expect(pixel.headers.get('x-not-kept')).toBe('full');
});
