import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, getJson, startFlow } from './start-flow.ts';

const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path, {
    STORE_URL: 'mongodb://somebody:hidden@127.0.0.1:1/nowhere',
    SECRET_KEY: 'a key of this test, of 32 characters and more',
  });
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

it('says on a screen that its store is away, and to programs in JSON, with when to try again', async () => {
  const page = await fetch(`${flow.url}/sites`, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await page.text()).toContain('The store behind it does not answer');
  const answer = await fetch(`${flow.url}/sites`);
  expect(answer.status).toBe(503);
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({ error: 'unavailable' });
  expect(body).not.toMatch(/127\.0\.0\.1|hidden/);
});

it('takes hits and counts them meanwhile, and is ready, but says what it lacks', async () => {
  expect((await fetch(`${flow.url}/t/pageview?site=shop.example`)).headers.get('x-not-kept')).toBeNull();
  await expect
    .poll(async () => (await getJson<{ events: number }>(`${flow.url}/stats/summary?bots=include`)).events, {
      timeout: 20_000,
    })
    .toBe(1);
  const ready = await fetch(`${flow.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.text()).toContain('the store does not answer');
});
