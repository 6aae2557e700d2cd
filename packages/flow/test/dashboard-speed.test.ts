import { loadavg } from 'node:os';
import { openBrowser, percentile, slow, visit, wire } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, getJson, startFlow } from './start-flow.ts';

const opened = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;

beforeAll(async () => {
  flow = await startFlow(folder.path, { GEOIP_CITY_PATH: '' });
  await fetch(`${flow.url}/dashboard/example`, { method: 'POST' });
  while (!(await getJson<{ made: boolean }>(`${flow.url}/dashboard/example`)).made)
    await new Promise((resolve) => setTimeout(resolve, 100));
}, 120_000);
afterAll(async () => {
  await flow.close();
  folder.remove();
});

/** Notes when the first number and the first row stand there. */
const watch = `new MutationObserver((_, watching) => {
  if (!document.querySelector('[data-key="tile events"] b') || !document.querySelector('.row-link')) return;
  watching.disconnect();
  requestAnimationFrame(() => { globalThis.shownAt = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

const address = () => `${flow.url}/dashboard?data=example&range=30d&tz=UTC`;

const begin = async (): Promise<Page> => {
  const page = await visit(opened, address(), { go: false });
  await page.addInitScript(watch);
  return page;
};

const shownAt = async (page: Page): Promise<number> => {
  await page.waitForSelector('.row-link');
  for (;;) {
    const at = await page.evaluate<number | undefined>('globalThis.shownAt');
    if (at !== undefined) return at;
  }
};

it('shows its numbers within a second on a processor four times as slow, median of five', async () => {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const page = await begin();
    await slow(page, 4);
    await page.goto(address());
    times.push(Math.round(await shownAt(page)));
    // A page that is open goes on with its map and graph, and takes its share of the processor from the next.
    await page.close();
  }
  const [load = 0] = loadavg();
  console.info(`content after ${times.join(', ')} ms, load ${load.toFixed(1)}`);
  // The promise is for a machine that does nothing else.
  expect(percentile(times, 0.5)).toBeLessThan(load < 2 ? 1000 : 15_000);
}, 120_000);

it('sends less than 150 kB for the first view, the map aside', async () => {
  const page = await begin();
  await page.goto(address());
  await shownAt(page);
  await page.waitForSelector('.graph canvas');
  await page.locator('.world').scrollIntoViewIfNeeded();
  await page.waitForSelector('.world path');
  const { files } = await wire(page);
  const isMap = (path: string) => /\/(map|leaflet|topojson|world)\.\w+$/.test(path);
  const sum = (wanted: (path: string) => boolean) =>
    Object.entries(files).reduce((total, [path, bytes]) => total + (wanted(path) ? bytes : 0), 0);
  console.info(`first view ${sum((path) => !isMap(path))} bytes, map ${sum(isMap)} bytes`);
  expect(sum((path) => !isMap(path))).toBeLessThan(150_000);
}, 60_000);
