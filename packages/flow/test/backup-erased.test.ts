import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@pushtech/event';
import { listErasures, openLog } from '@pushtech/log';
import { openEraser } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFlowSettings } from '../src/config.ts';
import { AGENT, recordsOf, runWell } from './backup-answers.ts';
import { dataFolder, postEvents, settled, startFlow } from './start-flow.ts';

const WHO = 'zoe.7f3a9c@shop.example';
const OTHER = 'someone.else@shop.example';
const folder = dataFolder();
const dataDir = join(folder.path, 'data');
const backups = join(folder.path, 'backups');
const env = { DATA_DIR: dataDir, SECRET_KEY: 'the key of the erasing test, which is longer than 32' };
const { STATS_URL, STORE_URL, LOG_URL } = readFlowSettings(env);
let before = '';
let after = '';

const placesOf = async (visitor: string): Promise<number> => {
  const eraser = await openEraser(STATS_URL);
  const { places } = await eraser.look(visitor);
  await eraser.close();
  return places;
};

const visitsOf = async (visitor: string): Promise<number> =>
  (await recordsOf(LOG_URL)).filter((record) => record.includes(visitor) && record.includes(topics.events))
    .length;

const requestsOf = async (visitor: string): Promise<number> => {
  const store = await openStore(STORE_URL);
  const found = await store.privacyRequests.find('visitor', visitor);
  await store.close();
  return found.length;
};

beforeAll(async () => {
  const flow = await startFlow(dataDir, env);
  const items = [WHO, OTHER].flatMap((vid) => Array.from({ length: 5 }, () => ({ type: 'pageview', vid })));
  await postEvents(flow.url, items, '', { 'user-agent': AGENT });
  await settled(flow.url, 10);
  const store = await openStore(STORE_URL);
  await store.privacyRequests.insert({ id: 'asked', kind: 'erase', visitor: WHO, at: Date.now() });
  await store.close();
  before = await runWell(['backup', '--to', backups], env);
  await runWell(['erase', WHO], env);
  after = await runWell(['backup', '--to', backups], env);
  await flow.close();
}, 120_000);
afterAll(() => folder.remove());

it('who was erased after the backup is erased again by its restore, and nobody else', async () => {
  await runWell(['restore', before, '--replace'], env);
  expect(await placesOf(WHO)).toBe(0);
  expect(await requestsOf(WHO)).toBe(0);
  expect(await placesOf(OTHER)).toBeGreaterThan(0);
  // On the log itself until retention takes it; whoever reads it honours the erasure that stands there again.
  const log = await openLog(LOG_URL);
  expect((await listErasures(log)).length).toBe(1);
  await log.close();
}, 120_000);

it('a backup made after an erasure does not know the visitor', async () => {
  rmSync(dataDir, { recursive: true });
  await runWell(['restore', after], env);
  expect(await visitsOf(WHO)).toBe(0);
  expect(await visitsOf(OTHER)).toBe(5);
  expect(await placesOf(WHO)).toBe(0);
  expect(await requestsOf(WHO)).toBe(0);
}, 120_000);

it('where the log is lost, a later backup says who is to be erased again', async () => {
  rmSync(dataDir, { recursive: true });
  await runWell(['restore', before], env);
  expect(await placesOf(WHO)).toBeGreaterThan(0);
  rmSync(dataDir, { recursive: true });
  await runWell(['restore', before, '--erased', after], env);
  expect(await placesOf(WHO)).toBe(0);
  expect(await requestsOf(WHO)).toBe(0);
  expect(await placesOf(OTHER)).toBeGreaterThan(0);
}, 120_000);
