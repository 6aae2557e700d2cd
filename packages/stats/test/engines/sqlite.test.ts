import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '@pushtech/sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { migrations } from '../../src/engines/sqlite/schema.ts';
import { openStats } from '../../src/index.ts';
import { keyOf } from '../../src/keys.ts';
import { statsContract } from '../contract.ts';
import { asRecords, generateEvents } from '../generate.ts';
import { plain } from '../kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'stats-test-'));
let files = 0;
const newFile = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

statsContract('sqlite', (options) => openStats('sqlite::memory:', options));
statsContract('sqlite with a prefix', (options) => openStats(`sqlite:${newFile()}?prefix=x_`, options));

/** How long the event loop was held at the most, in ms, while `work` went on. */
const longestPause = async (work: () => Promise<void>): Promise<number> => {
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work();
  clearInterval(watch);
  return longest;
};

describe('sqlite', () => {
  const now = Date.UTC(2026, 5, 15, 12);
  const all = { from: 0, to: now + 9e7, bots: 'include' as const, type: 'pageview' };

  it('leaves nothing of a batch that fails in the middle, and takes it whole the next time', async () => {
    const stats = await openStats('sqlite::memory:', { clock: () => now });
    const events = generateEvents(40, { from: now - 1000, to: now });
    const records = asRecords(events);
    const broken = [...records];
    broken[30] = {
      kind: 'event',
      event: { ...events[30], properties: undefined, page: { host: 1n } } as never,
    };
    const batch = { source: 'events/0', from: 0, next: 40 };
    await expect(stats.apply({ ...batch, records: broken })).rejects.toThrow();
    expect(await stats.position('events/0')).toBeUndefined();
    expect(await stats.summary(all)).toMatchObject({ events: 0, visitors: 0 });
    expect(await stats.ledger({})).toMatchObject({ kept: 0 });
    expect(await stats.apply({ ...batch, records })).toMatchObject({ counted: 40, duplicates: 0 });
    await stats.close();
  });

  it('goes on in the middle of a big batch that was cut off', async () => {
    const path = newFile();
    const records = asRecords(generateEvents(2000, { from: now - 1000, to: now }));
    const batch = { source: 'events/0', from: 0, next: 5000, records };
    const first = await openStats(`sqlite:${path}`, { clock: () => now });
    const broken = [...records];
    broken[1500] = { kind: 'event' } as never;
    await expect(first.apply({ ...batch, records: broken })).rejects.toThrow();
    expect(await first.position('events/0')).toBe(0);
    await first.close();
    const second = await openStats(`sqlite:${path}`, { clock: () => now });
    expect((await second.ledger({})).counted).toBeGreaterThan(0);
    await second.apply({ ...batch, next: 900, records: records.slice(0, 40) });
    await second.apply({ ...batch, from: 900, records: records.slice(40) });
    expect(await second.position('events/0')).toBe(5000);
    expect(await second.ledger({})).toMatchObject({ counted: 2000, redelivered: 0, duplicates: 0 });
    await second.close();
  });

  it('lets one of two owners of a partition win, without counting anything twice', async () => {
    const url = `sqlite:${newFile()}`;
    const [a, b] = [await openStats(url, { clock: () => now }), await openStats(url, { clock: () => now })];
    const batch = {
      source: 'events/0',
      from: 0,
      next: 1500,
      records: asRecords(generateEvents(1500, { from: now - 1000, to: now })),
    };
    const results = await Promise.all([a.apply(batch), b.apply(batch)]);
    expect(results.some((result) => result.applied)).toBe(true);
    expect(await a.position('events/0')).toBe(1500);
    expect(await b.ledger({})).toMatchObject({ counted: 1500, redelivered: 0, duplicates: 0 });
    await a.close();
    await b.close();
  });

  it('keeps what it counted when it is closed and opened again', async () => {
    const url = `sqlite:${newFile()}`;
    const first = await openStats(url, { clock: () => now });
    await first.apply({
      source: 'events/0',
      from: 0,
      next: 9,
      records: asRecords(generateEvents(300, { from: now - 1000, to: now })),
    });
    const before = [
      await first.summary(all),
      await first.ledger({}),
      await first.top({ ...all, dimension: 'city', limit: 99 }),
    ];
    await first.close();
    const second = await openStats(url, { clock: () => now });
    expect([
      await second.summary(all),
      await second.ledger({}),
      await second.top({ ...all, dimension: 'city', limit: 99 }),
    ]).toEqual(before);
    await second.close();
  });

  it('leaves small batches of one source time to fill, and holds up no other source', async () => {
    const stats = await openStats('sqlite::memory:', { clock: () => now });
    const [one = [], two = [], three = []] = [0, 1, 2].map((i) =>
      asRecords(generateEvents(2, { from: now - 1000, to: now, seed: i + 1 }), `b${i}`),
    );
    await stats.apply({ source: 'events/0', from: 0, next: 2, records: one });
    const begin = performance.now();
    const slow = stats.apply({ source: 'events/0', from: 2, next: 4, records: two });
    await stats.apply({ source: 'events/1', from: 0, next: 2, records: three });
    expect(await stats.position('events/0')).toBe(2);
    await slow;
    expect(performance.now() - begin).toBeGreaterThan(40);
    expect(await stats.position('events/0')).toBe(4);
    await stats.close();
  });

  it('brings an older file up to date and refuses a newer one with a sentence', async () => {
    const path = newFile();
    const db = new DatabaseSync(path);
    db.exec(
      "CREATE TABLE pushtech_schema (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT; INSERT INTO pushtech_schema VALUES ('stats', 0)",
    );
    const stats = await openStats(`sqlite:${path}`);
    expect(db.prepare("SELECT version FROM pushtech_schema WHERE name = 'stats'").get()?.version).toBe(2);
    await stats.close();
    db.exec("UPDATE pushtech_schema SET version = 99 WHERE name = 'stats'");
    db.close();
    await expect(openStats(`sqlite:${path}`)).rejects.toMatchObject({ code: 'SQLITE_NEWER', kind: 'fatal' });
  });

  it('knows the ids of a file of version 1 again, and from when on it would know any', async () => {
    const path = newFile();
    const seconds = now / 1000;
    const rows = [
      [plain(1).id, 501, seconds - 600],
      [plain(2).id, 502, seconds - 300],
    ] as const;
    for (const [id, seq, at] of rows) {
      const first = openDatabase({ path, role: 'stats', prefix: '', migrations: migrations.slice(0, 1) });
      first.db.prepare('INSERT INTO stats_ids VALUES (?, ?, ?)').run(keyOf(id), seq, at);
      first.db.exec("REPLACE INTO stats_state VALUES ('seq', 502)");
      await first.close();
    }
    const stats = await openStats(`sqlite:${path}`, { clock: () => now, duplicateWindowIds: 2 });
    // What came before number 501 may have been forgotten.
    const since = now - 599_000;
    expect(await stats.seen(plain(1).id)).toEqual({ known: true, receivedAt: now - 600_000, since });
    expect(await stats.seen(plain(3).id)).toEqual({ known: false, since });
    await stats.close();
  });

  it('does not hold the event loop while it applies or answers questions about 200,000 events', async () => {
    const stats = await openStats('sqlite::memory:', { clock: () => now });
    const some = generateEvents(4000, { from: now - 9e7, to: now });
    for (let round = 0; round < 50; round++) {
      const id = String(round).padStart(4, '0');
      const events = some.map((event) => ({ ...event, id: `${id}${event.id.slice(4)}` }));
      await stats.apply({
        source: 'events/0',
        from: round,
        next: round + 1,
        records: asRecords(events, `b${round}`),
      });
    }
    const query = { from: now - 9e7, to: now };
    const work = async (round: number): Promise<void> => {
      const records = asRecords(
        generateEvents(500, { from: now - 9e7, to: now, seed: round + 2 }),
        `w${round}`,
      );
      await Promise.all([
        stats.summary(query),
        stats.top({ ...query, dimension: 'path', limit: 100 }),
        stats.series({ ...query, interval: 'minute' }),
        stats.apply({ source: 'events/1', from: round, next: round + 1, records }),
      ]);
    };
    await stats.summary(query);
    // Other programs on the machine may take a pause out of our hands: what counts is the best of some rounds.
    const pauses: number[] = [];
    for (let round = 0; round < 4; round++) pauses.push(await longestPause(() => work(round)));
    await stats.close();
    expect(Math.min(...pauses)).toBeLessThan(20);
  });
});

describe('openStats', () => {
  it('names the known schemes when it is given another', async () => {
    await expect(openStats('mysql://x')).rejects.toMatchObject({
      code: 'STATS_URL',
      message: expect.stringContaining('sqlite'),
    });
    await expect(openStats('__proto__:x')).rejects.toMatchObject({ code: 'STATS_URL' });
  });
});
