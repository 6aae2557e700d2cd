import { assemble, createLogger } from '@pushtech/service';
import { freePort } from '@pushtech/testing';
import {
  checkAccess,
  everyLook,
  keyboardReaches,
  openBrowser,
  percentile,
  shoot,
  slow,
  visit,
  wire,
} from '@pushtech/testing/browser';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildFlow } from '../src/app.ts';
import { readFlowSettings } from '../src/config.ts';
import { dataFolder, NO_PLACES, postEvents, startFlow } from './start-flow.ts';

const opened = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path);
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

const arrived = '#visit-state[data-state="arrived"]';

it('shows the own visit arriving, with address, place and device, and leads on', async () => {
  const page = await visit(opened, flow.url);
  await page.waitForSelector(arrived);
  expect(await page.locator('#visit-ip').textContent()).toBe('127.0.0.0');
  expect(await page.locator('dl.facts').textContent()).toContain('read from the connection itself');
  expect(await page.locator('#visit-device').textContent()).toContain('Chrom');
  expect(await page.locator('#road-log b').textContent()).toMatch(/^\d[\d,]* ms after its receipt$/);
  expect(await page.locator('#road-here b').textContent()).toMatch(/^\d[\d,]* ms in all$/);
  expect(await page.locator('#visit-follow').getAttribute('href')).toMatch(/\/kafidx\/trace\/[0-9a-f-]{36}$/);
  await everyLook(page, async ({ name }) => {
    await shoot(page, `home-${name}`);
    await checkAccess(page);
  });
  await keyboardReaches(page);
}, 90_000);

it('leads a newcomer to sites, numbers, the stream and example data', async () => {
  const page = await visit(opened, flow.url);
  const hrefs = await page
    .locator('main a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const href of ['/sites', '/dashboard', '/kafidx', '/privacy', '/documentation', '/docs'])
    expect(hrefs).toContain(href);
  expect(await page.getByRole('link', { name: 'Show me with example data' }).getAttribute('href')).toBe(
    '/dashboard',
  );
  await postEvents(flow.url, [{ type: 'pageview', site: 'shop.example' }]);
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.getByRole('link', { name: 'Show me with example data' }).count();
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBe(0);
});

it('tells a browser that the script of a blocker keeps the hit away', async () => {
  const page = await visit(opened, flow.url, { go: false, expected: [/ERR_FAILED|ERR_BLOCKED/] });
  await page.route('**/t/pageview*', (route) => route.abort());
  await page.goto(flow.url);
  await page.waitForSelector('#visit-state[data-state="failed"]');
  expect(await page.locator('#visit-problem').textContent()).toContain('content blocker');
});

it('tells of a visit only to those who know its id, and keeps no door open for others', async () => {
  expect((await fetch(`${flow.url}/visit/abc`)).status).toBe(400);
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  const answer = await fetch(`${flow.url}/visit/${id}`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  const until = async (mark: string) => {
    while (!text.includes(mark)) text += new TextDecoder().decode((await reader.read()).value);
  };
  await until('event: ready');
  await postEvents(flow.url, [{ type: 'pageview', ip: '8.8.8.8', properties: { seen: id } }]);
  await postEvents(flow.url, [
    { type: 'pageview', url: 'https://a.example/mine', id, title: 'secret title' },
  ]);
  await until('event: visit');
  expect(text).toContain('"ip":"127.0.0.0"');
  expect(text).not.toContain('127.0.0.1');
  expect(text).not.toContain('8.8.8');
  expect(text.match(/event: visit/g)).toHaveLength(1);
  expect((await reader.read()).done).toBe(true);
});

describe('for strangers on a public installation', () => {
  it('says what this is and shows their own visit and the way to sign in, and nothing of the inside', async () => {
    const data = dataFolder();
    const open = await startFlow(data.path, { ADMIN_PASSWORD: 'correct horse battery staple' });
    onTestFinished(async () => {
      await open.close();
      data.remove();
    });
    const page = await visit(opened, open.url);
    await page.waitForSelector(arrived);
    const links = await page
      .locator('header a, main a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links.filter((href) => /kafidx|dashboard|sites|people|docs$/.test(href ?? ''))).toEqual([]);
    expect(links).toContain('/privacy');
    expect(links.some((href) => href?.startsWith('/auth/sign-in'))).toBe(true);
    expect(await page.locator('main').textContent()).not.toMatch(/TRUSTED_PROXIES|PUBLIC_URL/);
    await shoot(page, 'home-stranger');
    for (const path of ['/sites', '/sites/a.example', '/sites/a.example/check']) {
      const { status } = await fetch(open.url + path);
      expect(status).toBe(401);
    }
  });
});

it('shows the own visit also where the tracker has a host of its own', async () => {
  const data = dataFolder();
  const port = await freePort();
  const settings = readFlowSettings({
    DATA_DIR: data.path,
    GEOIP_CITY_PATH: NO_PLACES,
    HEARTBEAT_SECONDS: '0',
    PUBLIC_URL: `http://{service}.localhost:${port}`,
  });
  const split = await assemble(settings, createLogger('silent', 'test'), buildFlow(settings));
  await split.host.listen({ host: '127.0.0.1', port });
  onTestFinished(async () => {
    await split.close();
    data.remove();
  });
  const page = await visit(opened, `http://www.localhost:${port}/`, { allow: [`trk.localhost:${port}`] });
  await page.waitForSelector(arrived);
  expect(await page.locator('#visit-ip').textContent()).toBe('127.0.0.0');
});

it('shows its content within a second on a processor four times slower, in less than 150 kB', async () => {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const page = await visit(opened, flow.url, { go: false });
    await slow(page, 4);
    await page.goto(flow.url);
    times.push(
      await page.evaluate<number>(
        `new Promise((done) => new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach((paint) => done(paint.startTime))).observe({ type: 'paint', buffered: true }))`,
      ),
    );
    await page.waitForSelector(arrived);
    const { bytes } = await wire(page);
    expect(bytes).toBeLessThan(150_000);
    if (round === 0) console.log(`home: ${bytes} bytes over the wire`);
  }
  const median = percentile(times, 0.5);
  console.log(`home: first content after ${median.toFixed(0)} ms (median of 5, CPU 4 times slower)`);
  // The promise is 1,000 ms with nothing else running; others may run here.
  expect(median).toBeLessThan(process.env.CI ? 4000 : 3000);
}, 90_000);
