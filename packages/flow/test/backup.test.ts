import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFlowSettings } from '../src/config.ts';
import {
  AGENT,
  documentsOf,
  fillStore,
  numbersOf,
  recordsOf,
  runTask,
  runWell,
  sendHits,
  spawnTask,
  traceOf,
} from './backup-answers.ts';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const SPAN = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 7_200_000).toISOString()}`;
const folder = dataFolder();
const dataDir = join(folder.path, 'data');
const backups = join(folder.path, 'backups');
const env = { DATA_DIR: dataDir };
const { STORE_URL, LOG_URL } = readFlowSettings(env);
let made = '';
let sent: Awaited<ReturnType<typeof sendHits>>;
let before: Awaited<ReturnType<typeof allOf>>;

const allOf = async (url: string) => ({
  numbers: await numbersOf(url, SPAN),
  traces: [await traceOf(url, sent.ids[0] as string), await traceOf(url, sent.ids[5] as string)],
  documents: await documentsOf(STORE_URL),
  records: await recordsOf(LOG_URL),
});

beforeAll(async () => {
  await fillStore(STORE_URL);
  const flow = await startFlow(dataDir);
  sent = await sendHits(flow.url, 40);
  await settled(flow.url, sent.sent);
  before = await allOf(flow.url);
  made = await runWell(['backup', '--to', backups], env);
  await flow.close();
}, 120_000);
afterAll(() => folder.remove());

it('a backup, a wipe and a restore give the same numbers, records, traces, accounts, sites and goals', async () => {
  cpSync(join(dataDir, 'secret-key'), join(folder.path, 'secret-key'));
  rmSync(dataDir, { recursive: true });
  await runWell(['restore', made], env);
  cpSync(join(folder.path, 'secret-key'), join(dataDir, 'secret-key'));

  const flow = await startFlow(dataDir);
  // What lay between the copies is worked off, and there was nothing.
  await sleep(500);
  expect(await allOf(flow.url)).toEqual(before);
  expect(before.records.length).toBeGreaterThan(sent.sent);
  expect((before.documents.accounts as unknown[]).length).toBe(2);

  // Ids that were counted are still known.
  const known = { type: 'pageview', site: 'shop.example', id: sent.ids[0], url: 'https://shop.example/p/0' };
  await postEvents(flow.url, [known, { ...known, id: undefined }], '', { 'user-agent': AGENT });
  const ledger = await settled(flow.url, sent.sent + 2, `?${SPAN}`);
  const was = before.numbers[`ledger?${SPAN}`] as { counted: number; duplicates: number };
  expect(ledger).toMatchObject({ counted: was.counted + 1, duplicates: was.duplicates + 1 });
  await flow.close();
}, 120_000);

it('what was acknowledged before a backup under load is there after its restore, and is counted once', async () => {
  const dir = join(folder.path, 'busy');
  const first = await startFlow(dir);
  const acknowledged: string[] = [];
  let later = 0;
  let stop = false;
  const load = (async () => {
    for (let n = 0; !stop; n++) {
      const items = Array.from({ length: 20 }, (_, i) => ({
        type: 'load',
        url: `https://shop.example/${n}/${i}`,
      }));
      const answer = await postEvents(first.url, items, '?ack=durable', { 'user-agent': AGENT });
      const { results } = (await answer.json()) as { results: { id: string }[] };
      if (later === 0) acknowledged.push(...results.map(({ id }) => id));
      await sleep(10);
    }
  })();
  await sleep(1000);
  later = acknowledged.length;
  const out = await runWell(['backup', '--to', backups], { DATA_DIR: dir }, spawnTask);
  stop = true;
  await load;
  await first.close();

  rmSync(dir, { recursive: true });
  await runWell(['restore', out], { DATA_DIR: dir });
  const flow = await startFlow(dir);
  const ledger = await settled(flow.url, later, `?${SPAN}`, 10_000);
  // What was in the buffer's copy and in the log's came again, and was told by its origin.
  expect(ledger).toMatchObject({ dead: 0, dropped: {}, duplicates: ledger.redelivered });
  const { events } = await getJson<{ events: number }>(`${flow.url}/stats/summary?type=load&${SPAN}`);
  expect(events).toBe(ledger.counted);
  // Sent again, each of them is a duplicate: none had been lost.
  const again = acknowledged.slice(0, later).map((id) => ({ type: 'load', id }));
  for (let at = 0; at < again.length; at += 200) {
    await postEvents(flow.url, again.slice(at, at + 200), '', { 'user-agent': AGENT });
  }
  const after = await settled(flow.url, ledger.received + again.length, `?${SPAN}`);
  expect(after).toMatchObject({
    counted: ledger.counted,
    duplicates: ledger.duplicates + again.length,
  });
  await flow.close();
}, 120_000);

it('only the owner can read a backup, and its key is not in it', async () => {
  const files = readdirSync(made);
  expect(files).toContain('manifest.json');
  for (const name of files) expect(statSync(join(made, name)).mode & 0o777).toBe(0o600);
  expect(statSync(made).mode & 0o777).toBe(0o700);
  expect(files.filter((name) => /key|spool|example/.test(name))).toEqual([]);
}, 120_000);

it('data that are there are replaced only when that is said', async () => {
  const refused = await runTask(['restore', made], env);
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(
    /something already in store \(\d+ documents\), stats \(counters\), log \(\d+ records\)/,
  );
  await runWell(['restore', made, '--replace', '--dry-run'], env);
  await runWell(['restore', made, '--replace'], env);
  const flow = await startFlow(dataDir);
  expect(await allOf(flow.url)).toEqual(before);
  await flow.close();
}, 120_000);

it('without the counters, what is on the log is counted again and gives the same numbers', async () => {
  rmSync(dataDir, { recursive: true });
  await runWell(['restore', made, '--only', 'log,store,buffer'], env);
  const flow = await startFlow(dataDir);
  await settled(flow.url, sent.sent);
  expect(await numbersOf(flow.url, SPAN)).toEqual(before.numbers);
  await flow.close();
}, 120_000);

const damaged = (name: string, harm: (copy: string) => void): string => {
  const copy = join(folder.path, name);
  cpSync(made, copy, { recursive: true });
  harm(copy);
  return copy;
};
const change = (path: string, from: RegExp, to: string) =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

it.each([
  [
    'a flipped byte',
    /store\.ndjson\.zst is not what was written/,
    (copy: string) => {
      const path = join(copy, 'store.ndjson.zst');
      const bytes = readFileSync(path);
      bytes[20] = (bytes[20] as number) ^ 1;
      writeFileSync(path, bytes);
    },
  ],
  [
    'a cut file',
    /stats\.db\.zst has 100 bytes, not \d+/,
    (copy: string) => {
      const path = join(copy, 'stats.db.zst');
      writeFileSync(path, readFileSync(path).subarray(0, 100));
    },
  ],
  [
    'a missing file',
    /buffer\.ndjson\.zst is missing/,
    (copy: string) => rmSync(join(copy, 'buffer.ndjson.zst')),
  ],
  [
    'no manifest',
    /manifest\.json cannot be read: that is no whole backup/,
    (copy: string) => rmSync(join(copy, 'manifest.json')),
  ],
  [
    'a torn manifest',
    /manifest\.json is no manifest/,
    (copy: string) => change(join(copy, 'manifest.json'), /"stats"[\s\S]*/, ''),
  ],
  [
    'a newer form',
    /made by pushtech .* \(form 2\)/,
    (copy: string) => change(join(copy, 'manifest.json'), /"format": 1/, '"format": 2'),
  ],
  [
    'a newer version',
    /made by pushtech 99\.0\.0/,
    (copy: string) =>
      change(join(copy, 'manifest.json'), /"version": "\d+\.\d+\.\d+"/, '"version": "99.0.0"'),
  ],
  [
    'a newer schema',
    /newer pushtech made the copy of the counters/,
    (copy: string) => change(join(copy, 'manifest.json'), /"version": \d+,/, '"version": 9999,'),
  ],
] as const)(
  'a backup with %s is refused in a sentence, and nothing is touched',
  async (name, sentence, harm) => {
    const copy = damaged(name.replaceAll(' ', '-'), harm);
    const target = join(folder.path, 'untouched');
    const { code, said } = await runTask(['restore', copy], { DATA_DIR: target });
    expect(code).toBe(1);
    expect(said).toMatch(sentence);
    expect(said.trim().split('\n').length).toBe(1);
  },
);

it('backups older than they are kept are deleted, others stay, and so do folders of other names', async () => {
  const parent = join(folder.path, 'kept');
  const nameOf = (days: number): string =>
    `pushtech-${new Date(Date.now() - days * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const [old, young] = [nameOf(31), nameOf(29)];
  for (const name of [old, young, 'mine', 'pushtech-old']) mkdirSync(join(parent, name), { recursive: true });
  const dry = await runTask(['backup', '--to', parent, '--dry-run'], env);
  expect(dry.said).toContain(`${old} would be deleted`);
  expect(dry.said).not.toContain(young);
  expect(readdirSync(parent).length).toBe(4);
  const out = await runWell(['backup', '--to', parent], env);
  const left = readdirSync(parent);
  expect(left.toSorted()).toEqual([young, 'mine', 'pushtech-old', out.split('/').at(-1)].toSorted());
  await runTask(['backup', '--to', parent, '--keep', '0'], env);
  expect(readdirSync(parent)).toContain(young);
}, 120_000);

it('a backup that is killed leaves nothing that could be taken for one', async () => {
  const parent = join(folder.path, 'killed');
  const main = new URL('../../../scripts/src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'backup', '--to', parent], {
    env: { ...env, PATH: process.env.PATH },
  });
  for (let tries = 0; tries < 400; tries++) {
    try {
      if (readdirSync(parent).length > 0) break;
    } catch {}
    await sleep(5);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [name] = readdirSync(parent);
  const { code, said } = await runTask(['restore', join(parent, name as string)], env);
  expect(code).toBe(1);
  expect(said).toMatch(/no whole backup/);
}, 120_000);
