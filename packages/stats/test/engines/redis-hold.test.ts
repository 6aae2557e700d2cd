import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedisPlace, redisUrl, withRedis } from '@pushtech/redis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStatsArchive } from '../../src/archive.ts';
import { holdStill } from '../../src/engines/redis/hold.ts';
import { openPlace } from '../../src/engines/redis/prepare.ts';
import { openStats } from '../../src/open.ts';
import type { Stats } from '../../src/stats.ts';

describe.skipIf(redisUrl === '')('while a backup copies the counters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-hold-'));
  let place: Awaited<ReturnType<typeof createRedisPlace>>;
  let stats: Stats;
  const batch = (from: number) => ({ source: 'events/0', from, next: from + 1, records: [] });

  beforeAll(async () => {
    place = await createRedisPlace();
    stats = await openStats(place.url);
    expect(await stats.apply(batch(0))).toMatchObject({ applied: true });
  });
  afterAll(async () => {
    await stats.close();
    await place.dispose();
    rmSync(folder, { recursive: true });
  });

  it('batches are refused for now, questions are answered, and counting goes on where it was', async () => {
    const opened = await openPlace(place.url);
    const held = await holdStill(opened);
    await expect(stats.apply(batch(1))).rejects.toMatchObject({ code: 'STATS_HELD', kind: 'retry' });
    expect(await stats.position('events/0')).toBe(1);
    await held.release();
    await opened.close();
    expect(await stats.apply(batch(1))).toMatchObject({ applied: true });
  });

  it('a second backup is told so, and one whose hold was lost does not pass as whole', async () => {
    const opened = await openPlace(place.url);
    const held = await holdStill(opened);
    await withRedis((client) => client.del(`${opened.root}hold`));
    await expect(held.renew()).rejects.toMatchObject({ code: 'STATS_HELD' });
    await held.release();
    await opened.close();
  });

  it('what only says who works on them is no part of the copy', async () => {
    const archive = await openStatsArchive(place.url);
    const copy = await archive.copyTo(join(folder, 'copy'));
    expect(copy).toMatchObject({ engine: 'redis', version: 1, positions: { 'events/0': [2, 0] } });
    await archive.clear();
    expect(await archive.isEmpty()).toBe(true);
    await archive.restore(join(folder, 'copy'), copy);
    expect(await stats.position('events/0')).toBe(2);
    const left = await withRedis((client) => client.exists(`${copy.prefix}hold`, `${copy.prefix}lock`));
    expect(left).toBe(0);
    await archive.close();
  });
});
