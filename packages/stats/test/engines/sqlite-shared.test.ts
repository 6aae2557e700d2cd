import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from 'vitest';
import { openStats, type Stats, type StatsOptions } from '../../src/index.ts';
import { statsContract } from '../contract.ts';
import { asRecords, generateEvents } from '../generate.ts';

const folder = mkdtempSync(join(tmpdir(), 'stats-test-'));
let files = 0;
const newFile = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withForeignData = async (options?: StatsOptions): Promise<Stats> => {
  const path = newFile();
  const other = await openStats(`sqlite:${path}?prefix=other_`);
  await other.apply({
    source: 'events/0',
    from: 0,
    next: 50,
    records: asRecords(generateEvents(50, { from: 0, to: 9e7 })),
  });
  await other.close();
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE counters (a); INSERT INTO counters VALUES (1); CREATE TABLE names (a)');
  db.close();
  return openStats(`sqlite:${path}`, options);
};
statsContract('sqlite with foreign data in the file', withForeignData);

/** Every other batch goes through a second handle on the same file, and so does every other question. */
const inTurns = async (options?: StatsOptions): Promise<Stats> => {
  const url = `sqlite:${newFile()}`;
  const handles = [await openStats(url, options), await openStats(url, options)] as const;
  let turn = 0;
  const next = (): Stats => handles[turn++ % 2] as Stats;
  return {
    apply: (batch) => next().apply(batch),
    position: (source) => next().position(source),
    summary: (query) => next().summary(query),
    series: (query) => next().series(query),
    top: (query) => next().top(query),
    ledger: (query) => next().ledger(query),
    seen: (id) => next().seen(id),
    close: async () => {
      for (const handle of handles) await handle.close();
    },
  };
};
statsContract('sqlite with a second handle on the same file', inTurns);
