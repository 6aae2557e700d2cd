import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary, Top } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { expect, it } from 'vitest';
import { readFlowSettings } from '../src/config.ts';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15';

it('a goal made while everything runs is counted from 3 s later on, per source too, and nothing else changes', async () => {
  const data = dataFolder();
  await using opened = new AsyncDisposableStack();
  opened.defer(() => data.remove());
  const flow = await startFlow(data.path);
  opened.defer(() => flow.close());

  const send = async (n: number, path: string, source: string, type = 'pageview') => {
    const url = `https://shop.example${path}?utm_source=${source}`;
    const items = Array.from({ length: n }, (_, i) => ({
      type,
      url,
      site: 'shop.example',
      vid: `${source}${i}`,
    }));
    expect((await postEvents(flow.url, items, '', { 'user-agent': AGENT })).status).toBe(202);
  };
  await send(5, '/thanks', 'early');
  await settled(flow.url, 5);

  // Another process, e.g. the website, makes the goal.
  const store = await openStore(readFlowSettings({ DATA_DIR: data.path }).STORE_URL);
  opened.defer(() => store.close());
  const goal = { name: 'Sign-ups', type: 'pageview', site: 'shop.example', createdAt: Date.now() };
  const conditions = [{ field: 'path', is: 'starts', value: '/thanks' }] as const;
  await store.goals.insert({ ...goal, id: 'sign-up', conditions });
  await store.goals.insert({ ...goal, id: 'elsewhere', site: 'other.example', conditions });
  await sleep(3000);

  await send(7, '/thanks/you', 'letter');
  await send(4, '/thanks', 'ads');
  await send(6, '/shoes', 'ads');
  await send(3, '/thanks', 'ads', 'click');
  await settled(flow.url, 25);

  const ask = <T>(what: string) => getJson<T>(`${flow.url}/stats/${what}`);
  expect(await ask<Summary>('summary?type=goal/sign-up')).toMatchObject({ events: 11, visitors: 11 });
  expect(await ask<Summary>('summary?type=goal%2Felsewhere')).toMatchObject({ events: 0 });
  expect((await ask<Top>('top?type=goal/sign-up&dimension=source')).rows).toEqual([
    { value: 'letter', events: 7, visitors: 7 },
    { value: 'ads', events: 4, visitors: 4 },
  ]);
  expect(await ask<Summary>('summary')).toMatchObject({ events: 25 });
  expect((await ask<Top>('top?dimension=type')).rows).toEqual([
    { value: 'pageview', events: 22 },
    { value: 'click', events: 3 },
  ]);
}, 60_000);

it('nobody can send an event of the type of a goal', async () => {
  const data = dataFolder();
  await using opened = new AsyncDisposableStack();
  opened.defer(() => data.remove());
  const flow = await startFlow(data.path);
  opened.defer(() => flow.close());
  const refused = await postEvents(flow.url, [{ type: 'goal/sign-up', url: 'https://shop.example/' }]);
  expect(refused.status).toBe(400);
  await fetch(`${flow.url}/t/goal%2Fsign-up?url=https://shop.example/`);
  await fetch(`${flow.url}/t/goal/sign-up?url=https://shop.example/`);
  await postEvents(flow.url, [{ type: 'pageview', url: 'https://shop.example/' }]);
  await settled(flow.url, 1);
  const { events } = await getJson<Summary>(`${flow.url}/stats/summary?type=goal/sign-up&bots=include`);
  expect(events).toBe(0);
}, 60_000);
