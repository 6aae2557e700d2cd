import { expect, onTestFinished, test } from 'vitest';
import { createReader, openDatabase } from '../src/index.ts';
import { createPlace } from './testing.ts';

const setUp = async () => {
  const { path, dispose } = await createPlace();
  const migrations = [
    (db: { exec(sql: string): void }) =>
      db.exec('CREATE TABLE x_counter (n INTEGER); INSERT INTO x_counter VALUES (1)'),
  ];
  const database = openDatabase({ path, role: 'test', prefix: 'x_', migrations });
  const reader = createReader(path, 'x_', new URL('./queries.ts', import.meta.url));
  onTestFinished(async () => {
    await reader.close();
    await database.close();
    await dispose();
  });
  return { database, reader };
};

test('runs a query by its name, with what was committed before', async () => {
  const { database, reader } = await setUp();
  expect(await reader.run('count', 10)).toBe(11);
  await database.write(() => database.db.exec('UPDATE x_counter SET n = 5'));
  expect(await Promise.all([reader.run('count', 0), reader.run('count', 1)])).toEqual([5, 6]);
});

test('brings errors across with their code and kind', async () => {
  const { reader } = await setUp();
  await expect(reader.run('refuse')).rejects.toMatchObject({
    code: 'TOO_MUCH',
    kind: 'dead',
    message: 'ask for less',
  });
  await expect(reader.run('nothing')).rejects.toMatchObject({
    code: 'SQLITE_QUERY',
    message: 'there is no query nothing',
  });
  await expect(reader.run('count', { a: () => {} })).rejects.toThrow();
  expect(await reader.run('count', 0)).toBe(1);
});

test('cannot write', async () => {
  const { reader } = await setUp();
  await expect(reader.run('write')).rejects.toMatchObject({ code: 'SQLITE_QUERY' });
  expect(await reader.run('count', 0)).toBe(1);
});

test('refuses the queries of a thread that ended, and starts another', async () => {
  const { reader } = await setUp();
  const results = await Promise.allSettled([reader.run('die'), reader.run('count', 0)]);
  expect(results).toMatchObject([{ reason: { code: 'SQLITE_QUERY' } }, { reason: { code: 'SQLITE_QUERY' } }]);
  expect(await reader.run('count', 0)).toBe(1);
});

test('refuses what waits, and what comes later, when it is closed', async () => {
  const { reader } = await setUp();
  const waiting = expect(reader.run('count', 0)).rejects.toMatchObject({
    code: 'SQLITE_CLOSED',
    kind: 'fatal',
  });
  await reader.close();
  await waiting;
  await reader.close();
  await expect(reader.run('count', 0)).rejects.toMatchObject({ code: 'SQLITE_CLOSED' });
});
