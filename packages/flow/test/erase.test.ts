import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBuffer } from '@pushtech/buffer';
import { createErasureKey, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { openEraser } from '@pushtech/stats';
import { hash53 } from '@pushtech/stats/testing';
import { openSpool } from '@pushtech/tracker';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
  task,
  WHO,
} from './erase-kit.ts';
import { dataFolder, getJson, settled, startFlow } from './start-flow.ts';

const SECRET_KEY = 'the key of the erasing test, which is longer than 32';

let folder: ReturnType<typeof dataFolder>;
let env: Env;

beforeEach(() => {
  folder = dataFolder();
  env = { DATA_DIR: folder.path, SECRET_KEY };
});
afterEach(() => folder.remove());

const bytesOfHash = (visitor: string): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(hash53(visitor)));
  // SQLite leaves out what is zero in front.
  return bytes.subarray(hash53(visitor) < 2 ** 47 ? 2 : 0);
};

/** The id as it may lie in a file, and all that can be made of it. */
const marksOf = (visitor: string): Buffer[] => [
  ...[
    visitor,
    encodeURIComponent(visitor),
    String(hash53(visitor)),
    createErasureKey(SECRET_KEY)(visitor),
  ].map((text) => Buffer.from(text)),
  bytesOfHash(visitor),
];

const withFlow = async <T>(work: (url: string) => Promise<T>, more: Env = {}): Promise<T> => {
  const flow = await startFlow(folder.path, { ...env, ...more });
  try {
    return await work(flow.url);
  } finally {
    await flow.close();
  }
};

/** What trackers left behind when everything stopped: one entry in the buffer, one on their own disk. */
const leaveHits = async (): Promise<void> => {
  const buffer = await openBuffer(`sqlite:${join(folder.path, 'buffer.db')}`);
  await buffer.append(entryOf(WHO, OTHER));
  await buffer.close();
  const directory = join(folder.path, 'spool');
  const spool = await openSpool({ directory, maxBytes: 1e6, warn: () => {} });
  await spool.append(entryOf(WHO));
  await spool.close();
};

const countersKnow = async (visitor: string): Promise<number> => {
  const eraser = await openEraser(`sqlite:${join(folder.path, 'stats.db')}`);
  const { places } = await eraser.look(visitor);
  await eraser.close();
  return places;
};

const dead = (url: string) => getJson<{ letters: { letter: string }[] }>(`${url}/kafidx/dead`);

/** Events, letters and erasures have had their time. */
const letRetentionRun = async (): Promise<void> => {
  const url = `sqlite:${join(folder.path, 'log.db')}?retentionMs=1&sweepMs=50`;
  await withFlow(
    async () => {
      const log = await openLog(url);
      const left = async () => {
        const all = [topics.events, topics.dead, topics.erased].map((topic) => log.ranges(topic));
        return (await Promise.all(all)).flat().reduce((sum, { start, end }) => sum + end - start, 0);
      };
      const end = Date.now() + 20_000;
      while ((await left()) > 0 && Date.now() < end) await sleep(50);
      expect(await left()).toBe(0);
      await log.close();
    },
    { LOG_URL: url },
  );
};

it('leaves no trace of a visitor in any file once the log’s time is over, and every number as it was', async () => {
  const before = await withFlow(async (url) => {
    await sendVisits(url);
    const buffer = await openBuffer(`sqlite:${join(folder.path, 'buffer.db')}`);
    await buffer.append(entryOf(WHO));
    await buffer.close();
    await settled(url, 7);
    expect((await dead(url)).letters).toHaveLength(1);
    return { request: await askToErase(url, WHO), ...(await numbers(url)) };
  });
  expect(before).toMatchObject({ events: 6, visitors: 2 });
  await leaveHits();
  expect(filesWith(folder.path, marksOf(WHO)).length).toBeGreaterThan(3);

  // Everything is stopped: what waits is named, the rest is done.
  const first = await erase(env, '--request', before.request, '--wait', '0');
  expect(first.complete).toBe(false);
  expect(placeOf(first, 'buffer')?.found).toBe(1);
  expect(placeOf(first, 'spool')?.found).toBe(1);
  expect(placeOf(first, 'events')?.found).toBe(4);
  expect(Date.parse(placeOf(first, 'events')?.leftUntil ?? '')).toBeGreaterThan(Date.now());
  expect(placeOf(first, 'events.dead')?.found).toBe(1);
  expect(placeOf(first, 'store')).toMatchObject({ found: 1, erased: 1, leftUntil: null });
  expect(JSON.stringify(first)).not.toContain(WHO);
  expect(await countersKnow(WHO)).toBe(0);

  await withFlow(async (url) => {
    // Of 5 hits that waited, 4 were the visitor's, two of them unreadable; the other one is counted.
    const ledger = await settled(url, 12);
    expect(ledger).toMatchObject({ kept: 7, dead: 1, dropped: { erased: 4 }, counted: 7 });
    expect(await numbers(url)).toEqual({ events: 7, visitors: 2 });
    const letter = (await dead(url)).letters[0]?.letter;
    expect(await getJson(`${url}/kafidx/dead/${letter}`)).toMatchObject({ original: '', message: 'erased' });
    const second = await erase(env, WHO, '--wait', '20');
    expect(second.complete).toBe(true);
    expect(placeOf(second, 'buffer')).toMatchObject({ found: 0, leftUntil: null });
    expect(await numbers(url)).toEqual({ events: 7, visitors: 2 });
  });
  expect(filesWith(folder.path, marksOf(WHO)).map((path) => path.slice(folder.path.length + 1))).toEqual([
    'log.db',
  ]);

  // Counted anew from the log, which still holds the events.
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder.path, `stats.db${end}`), { force: true });
  await withFlow(async (url) => {
    const ledger = await settled(url, 12);
    expect(ledger).toMatchObject({ kept: 7, dead: 1, dropped: { erased: 4 }, counted: 7 });
    expect(await numbers(url)).toEqual({ events: 7, visitors: 1 });
  });
  expect(await countersKnow(WHO)).toBe(0);
  expect(await countersKnow(OTHER)).toBeGreaterThan(0);

  await letRetentionRun();
  expect(filesWith(folder.path, marksOf(WHO))).toEqual([]);
  expect(filesWith(folder.path, [bytesOfHash(OTHER)])).not.toEqual([]);
}, 120_000);

it('gives a copy of all that is known to its owner only, and nothing after an erasure', async () => {
  const file = join(folder.path, 'copy.ndjson');
  const kinds = async (): Promise<string[]> => {
    rmSync(file, { force: true });
    await task(['export', WHO, '--to', file], env);
    const { readFileSync, statSync } = await import('node:fs');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
  };
  await withFlow(async (url) => {
    await sendVisits(url);
    await askToErase(url, WHO);
    await settled(url, 5);
    expect(await kinds()).toEqual(['event', 'event', 'event', 'counted', 'request']);
    expect((await erase(env, WHO)).complete).toBe(true);
    expect(await kinds()).toEqual(['counted']);
    const again = await erase(env, OTHER, '--dry-run');
    expect(placeOf(again, 'events')?.found).toBe(2);
    expect(await countersKnow(OTHER)).toBeGreaterThan(0);
  });
}, 60_000);

it('counts who comes again after an erasure like anybody else', async () => {
  await withFlow(async (url) => {
    await sendVisits(url);
    await settled(url, 5);
    await erase(env, WHO);
    await sendVisits(url);
    await settled(url, 10);
    expect(await numbers(url)).toEqual({ events: 10, visitors: 3 });
  });
}, 60_000);
