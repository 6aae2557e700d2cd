import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Database, openDatabase, parseSqliteUrl, type SqlMigration } from '../src/index.ts';
import { createForeignPlace, createPlace, type Place, startChild } from './testing.ts';

const createTable: SqlMigration = (db, prefix) => {
  db.exec(
    `CREATE TABLE ${prefix}counter (n INTEGER NOT NULL) STRICT; INSERT INTO ${prefix}counter VALUES (0)`,
  );
};

const setUp = async (made: Promise<Place> = createPlace()) => {
  const place = await made;
  const handles: Database[] = [];
  onTestFinished(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await place.dispose();
  });
  const open = (
    migrations: readonly SqlMigration[] = [createTable],
    role = 'test',
    prefix = '',
  ): Database => {
    const database = openDatabase({ path: place.path, role, prefix, migrations });
    handles.push(database);
    return database;
  };
  return { ...place, open };
};

const count = ({ db }: Database, prefix = ''): unknown =>
  db.prepare(`SELECT n FROM ${prefix}counter`).get()?.n;
const add = (database: Database) => database.write(() => database.db.exec('UPDATE counter SET n = n + 1'));

test('migrates older tables step by step, each step once', async () => {
  const { open } = await setUp();
  const first = open();
  await add(first);
  await first.close();
  const rename: SqlMigration = (db, prefix) => db.exec(`UPDATE ${prefix}counter SET n = n + 100`);
  const second = open([createTable, rename]);
  expect(count(second)).toBe(101);
  await second.close();
  expect(count(open([createTable, rename]))).toBe(101);
});

test('keeps a schema number for each role and prefix', async () => {
  const { open, path } = await setUp();
  open();
  open([createTable, () => {}], 'test', 'x_');
  open([() => {}, () => {}, () => {}], 'other');
  const db = new DatabaseSync(path);
  expect(db.prepare('SELECT name, version FROM pushtech_schema ORDER BY name').all()).toEqual([
    { name: 'other', version: 3 },
    { name: 'test', version: 1 },
    { name: 'x_test', version: 2 },
  ]);
  db.close();
});

test('refuses tables of a newer version with a sentence, and leaves them as they are', async () => {
  const { open } = await setUp();
  const newer = open([createTable, () => {}, () => {}]);
  const refuse = () => open([createTable]);
  expect(refuse).toThrow(/written by a newer pushtech \(test schema 3; this one knows 1\)\. Start the newer/);
  expect(refuse).toThrow(expect.objectContaining({ code: 'SQLITE_NEWER', kind: 'fatal' }));
  expect(newer.db.prepare('SELECT version FROM pushtech_schema').get()).toEqual({ version: 3 });
});

test('changes nothing when a migration fails', async () => {
  const { open } = await setUp();
  const broken: SqlMigration = (db) => db.exec('INSERT INTO nowhere VALUES (1)');
  expect(() => open([createTable, broken])).toThrow(expect.objectContaining({ code: 'SQLITE_OPEN' }));
  expect(count(open())).toBe(0);
});

test('refuses a file that is no database, and a path it cannot make', async () => {
  const { open, path } = await setUp();
  writeFileSync(path, 'a shopping list, long enough to be looked at as a header of a database, surely');
  expect(() => open()).toThrow(expect.objectContaining({ code: 'SQLITE_OPEN', kind: 'fatal' }));
  const options = { path: `${path}/below/a/file.db`, role: 'test', prefix: '', migrations: [] };
  expect(() => openDatabase(options)).toThrow(expect.objectContaining({ code: 'SQLITE_OPEN' }));
});

test('leaves the tables of others untouched', async () => {
  const { open } = await setUp(createForeignPlace(['test', 'x']));
  await add(open());
});

test('rolls back when the work throws, and goes on', async () => {
  const { open } = await setUp();
  const database = open();
  const failed = database.write(() => {
    database.db.exec('UPDATE counter SET n = 1000');
    throw new RangeError('no');
  });
  await expect(failed).rejects.toThrow(RangeError);
  await add(database);
  expect(count(database)).toBe(1);
});

test('runs a write that was asked for from within another after it', async () => {
  const { open } = await setUp();
  const database = open();
  let inner: Promise<unknown> | undefined;
  await database.write(() => {
    inner = add(database);
    expect(count(database)).toBe(0);
  });
  await inner;
  expect(count(database)).toBe(1);
});

test('names a failing statement SQLITE_FAILED', async () => {
  const { open } = await setUp();
  const database = open();
  const failed = database.write(() => database.db.exec('INSERT INTO counter VALUES (NULL)'));
  await expect(failed).rejects.toMatchObject({ code: 'SQLITE_FAILED', kind: 'fatal' });
});

// Others use the machine too: what counts is that it can be kept.
test('waits for the lock without holding the event loop, and keeps the order of writes', {
  retry: 2,
}, async () => {
  const { open, path } = await setUp();
  const database = open();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const order: number[] = [];
  const writes = [1, 2, 3].map((n) => database.write(() => order.push(n)));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await sleep(200);
  delay.disable();
  expect(order).toEqual([]);
  expect(delay.max / 1e6).toBeLessThan(50);
  other.exec('COMMIT');
  other.close();
  await database.write(() => order.push(4));
  await Promise.all(writes);
  expect(order).toEqual([1, 2, 3, 4]);
});

test('loses no write of two handles and two processes', async () => {
  const { open, path } = await setUp();
  const [one, two] = [open(), open()];
  const child = startChild(new URL('./child.ts', import.meta.url), path);
  await child.said('ready');
  const mine = Array.from({ length: 100 }, (_, n) => sleep(n).then(() => Promise.all([add(one), add(two)])));
  await Promise.all(mine);
  await child.said('done');
  expect(count(one)).toBe(300);
});

test('sees that another connection has written', async () => {
  const { open } = await setUp();
  const [mine, other] = [open(), open()];
  const before = mine.dataVersion();
  await add(mine);
  expect(mine.dataVersion()).toBe(before);
  await add(other);
  expect(mine.dataVersion()).not.toBe(before);
});

test('finishes the writes that were asked for before it closes, and refuses later ones', async () => {
  const { open, path } = await setUp();
  const database = open();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const writes = [add(database), add(database)];
  const closed = [database.close(), database.close()];
  await expect(add(database)).rejects.toMatchObject({ code: 'SQLITE_CLOSED', kind: 'fatal' });
  other.exec('COMMIT');
  await Promise.all([...writes, ...closed]);
  expect(other.prepare('SELECT n FROM counter').get()).toEqual({ n: 2 });
  other.close();
});

test('syncs what was written when it was being closed', async () => {
  const { open } = await setUp();
  const database = open();
  const written = Array.from({ length: 5 }, () => add(database).then(() => database.sync()));
  await database.close();
  await Promise.all(written);
  await expect(database.sync()).rejects.toMatchObject({ code: 'SQLITE_CLOSED' });
});

test('keeps the write-ahead log bounded under steady writing', async () => {
  const { open, path } = await setUp();
  const database = open([(db) => db.exec('CREATE TABLE big (id INTEGER PRIMARY KEY, body TEXT)')]);
  const insert = database.db.prepare('INSERT OR REPLACE INTO big VALUES (?, ?)');
  const body = 'x'.repeat(40_000);
  let falls = 0;
  let size = 0;
  for (let n = 0; n < 20_000 && falls < 3; n++) {
    await database.write(() => insert.run(n % 100, body));
    if (n % 10 > 0) continue;
    await sleep(1);
    const now = statSync(`${path}-wal`).size;
    if (now < size) falls += 1;
    size = now;
  }
  // 20,000 writes of 40 kB are 800 MB; the log starts over long before.
  expect(falls).toBe(3);
  expect(size).toBeLessThan(64 * 1024 * 1024);
});

test('starts the write-ahead log over in its thread, so that no write of ours pays for the fsync', async () => {
  const { open, path } = await setUp();
  await add(open());
  // Bytes 12 to 15 of the file say how often it was started over.
  const restarts = () => readFileSync(`${path}-wal`).readUInt32BE(12);
  const before = restarts();
  await vi.waitFor(() => expect(restarts()).toBe(before + 1), { timeout: 5000, interval: 50 });
});

test('makes a file of its own for :memory:, and removes it at close', async () => {
  const { path, dispose } = parseSqliteUrl('sqlite::memory:');
  const database = openDatabase({ path, role: 'test', prefix: '', migrations: [createTable], dispose });
  expect(existsSync(path)).toBe(true);
  await database.close();
  expect(existsSync(path)).toBe(false);
});
