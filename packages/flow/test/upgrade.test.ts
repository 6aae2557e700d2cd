import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import type { Ledger } from '@pushtech/stats';
import { afterAll, expect, it } from 'vitest';
import { AGENT, runTask, runWell } from './backup-answers.ts';
import { askAll } from './fixtures/first-version/questions.ts';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const fixture = new URL('./fixtures/first-version/', import.meta.url);
const { ids, answers } = JSON.parse(readFileSync(new URL('answers.json', fixture), 'utf8')) as {
  ids: string[];
  answers: Record<string, Record<string, unknown>>;
};
const DAY = 'from=2026-11-22&to=2026-11-23';
const folders: ReturnType<typeof dataFolder>[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** A copy of what the first version left. */
const unpack = (...names: string[]): string => {
  const folder = dataFolder();
  folders.push(folder);
  const dataDir = join(folder.path, 'data');
  mkdirSync(dataDir);
  for (const name of names) {
    writeFileSync(join(dataDir, `${name}.db`), gunzipSync(readFileSync(new URL(`${name}.db.gz`, fixture))));
  }
  return dataDir;
};

/** However old the fixture is when this runs, nothing of it may be gone by age. */
const ageless = (dataDir: string) => ({
  LOG_URL: `sqlite:${dataDir}/log.db?retentionMs=0`,
  DUPLICATE_WINDOW_DAYS: '36500',
  STATS_PROPERTIES: 'plan,status',
  SECRET_KEY: 'the key of the upgrade test, which is longer than 32',
});

const start = (dataDir: string) => startFlow(dataDir, ageless(dataDir));

/** The windows are settings, not data. Later versions may say more. */
const withoutWindow = (answer: Record<string, unknown>): Record<string, unknown> => {
  const { window: _, ...rest } = answer;
  return rest;
};

it('counters of the first version give the answers that it gave', async () => {
  const flow = await start(unpack('log', 'stats'));
  const found = (await askAll(flow.url)) as typeof answers;
  expect(Object.keys(found)).toEqual(Object.keys(answers));
  for (const [question, answer] of Object.entries(answers)) {
    if (typeof answer === 'number') expect(found[question], question).toBe(answer);
    else expect(found[question], question).toMatchObject(withoutWindow(answer));
  }
  expect(answers[`ledger?${DAY}`]).toMatchObject({ dead: 3, duplicates: 4 });
  await flow.close();
}, 120_000);

it('what waited in its buffer is worked off, its ids are known, and counting goes on', async () => {
  const dataDir = unpack('buffer', 'log', 'stats');
  const before = answers[`ledger?${DAY}`] as unknown as Ledger;
  const flow = await start(dataDir);
  const afterWaiting = await settled(flow.url, before.received + 3, `?${DAY}`);
  expect(afterWaiting).toMatchObject({
    counted: before.counted + 3,
    duplicates: before.duplicates,
    dead: before.dead,
  });
  expect(await getJson(`${flow.url}/stats/summary?type=last&${DAY}`)).toMatchObject({ events: 3 });

  const whole = await getJson<Ledger>(`${flow.url}/stats/ledger`);
  const again = ids.slice(0, 10).map((id) => ({ type: 'pageview', site: 'shop.example', id }));
  await postEvents(flow.url, [...again, { type: 'later' }], '', { 'user-agent': AGENT });
  const after = await settled(flow.url, whole.received + 11);
  expect(after).toMatchObject({ counted: whole.counted + 1, duplicates: whole.duplicates + 10 });
  await flow.close();

  // And again from where this version left it.
  const second = await start(dataDir);
  expect(await getJson(`${second.url}/stats/ledger`)).toMatchObject({
    counted: after.counted,
    kept: after.kept,
  });
  await second.close();
}, 120_000);

it('every record of its log can be read and found', async () => {
  const dataDir = unpack('log', 'stats');
  const flow = await start(dataDir);
  const log = await openLog(ageless(dataDir).LOG_URL);
  const events = await log.read(topics.events, 0, 'earliest', 1000);
  const { kept = 0, dead = 0 } = answers[`ledger?${DAY}`] as Partial<Ledger>;
  expect(events.records.length).toBeGreaterThanOrEqual(kept);
  for (const { value, key } of events.records) expect(JSON.parse(value)).toMatchObject({ id: key });
  expect((await log.read(topics.dead, 0, 'earliest', 1000)).records.length).toBe(dead);
  for (const id of ids.slice(0, 5)) {
    expect((await log.find(topics.events, id)).records.map(({ key }) => key)).toEqual([id]);
  }
  await log.close();
  await flow.close();
}, 120_000);

it('migrate says what it found and did, does nothing in a dry run, and nothing the second time', async () => {
  const dataDir = unpack('buffer', 'log', 'stats');
  const env = { DATA_DIR: dataDir };
  const first = 'schema 1; would do: schema 1 → schema';
  for (let round = 0; round < 2; round++) {
    const out = await runWell(['migrate', '--dry-run'], env);
    expect(out).toContain(`stats  ${dataDir}/stats.db: ${first}`);
    expect(out).toContain(`log  ${dataDir}/log.db: ${first}`);
  }
  expect(await runWell(['migrate'], env)).toMatch(/stats\.db: schema 1; done: schema 1 → schema \d+$/m);
  const again = await runWell(['migrate'], env);
  expect(again.match(/: schema \d+; up to date$/gm)?.length).toBe(4);
}, 120_000);

it('migrate brings tables up to date while an older process has them open and goes on writing', async () => {
  const dataDir = unpack('stats');
  const older = new DatabaseSync(join(dataDir, 'stats.db'), { timeout: 5000 });
  const count = older.prepare('INSERT INTO stats_state VALUES (?, ?)');
  count.run('before', 1);
  await runWell(['migrate'], { DATA_DIR: dataDir });
  count.run('after', 2);
  older.close();
  const flow = await start(dataDir);
  expect(await getJson(`${flow.url}/stats/ledger?${DAY}`)).toMatchObject({
    counted: answers[`ledger?${DAY}`]?.counted,
  });
  await flow.close();
}, 120_000);

it('an older version refuses what a newer one wrote, in a sentence that says what to do', async () => {
  const dataDir = unpack('stats');
  const newer = new DatabaseSync(join(dataDir, 'stats.db'));
  newer.exec('UPDATE pushtech_schema SET version = 99');
  newer.close();
  await expect(start(dataDir)).rejects.toThrow(/was written by a newer pushtech .*Start the newer version/);
  for (const args of [['migrate'], ['migrate', '--dry-run']]) {
    const { code, said } = await runTask(args, { DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(said).toMatch(/^migrate: .*was written by a newer pushtech .*\n$/);
  }
}, 120_000);

it('its data go into a backup of this version and come back from it', async () => {
  const dataDir = unpack('buffer', 'log', 'stats');
  const env = { DATA_DIR: dataDir, LOG_URL: ageless(dataDir).LOG_URL };
  const folder = await runWell(['backup', '--to', join(dataDir, 'backups')], env);
  const fresh = unpack();
  await runWell(['restore', folder], { DATA_DIR: fresh, LOG_URL: ageless(fresh).LOG_URL });
  const flow = await start(fresh);
  const before = answers[`ledger?${DAY}`] as unknown as Ledger;
  expect(await settled(flow.url, before.received + 3, `?${DAY}`)).toMatchObject({
    counted: before.counted + 3,
    duplicates: before.duplicates,
    dead: before.dead,
  });
  const found = (await askAll(flow.url)) as typeof answers;
  for (const [question, answer] of Object.entries(answers)) {
    if (!question.includes('2015') || typeof answer === 'number') continue;
    expect(found[question], question).toMatchObject(withoutWindow(answer));
  }
  await flow.close();
}, 120_000);
