import { openBrowser, shoot, visit } from '@pushtech/testing/browser';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { hitOf, putIntoBuffer } from './kafidx-letters.ts';
import { dataFolder, type Running, spawnFlow } from './start-flow.ts';
import { servePage } from './website-page.ts';

/** The bound: what a newcomer may have to click. */
const CLICKS = 20;

/** What Chromium sends when it is not headless: programs are left out of the numbers. */
const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36';

const opened = openBrowser();
const folder = dataFolder();
let flow: Running;
beforeAll(async () => {
  flow = await spawnFlow(folder.path);
});
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

/** Counts what the person clicks, on every page; what scripts click themselves does not count. */
const countClicks = async (context: BrowserContext): Promise<() => number> => {
  let clicks = 0;
  await context.exposeFunction('clicked', () => {
    clicks += 1;
  });
  await context.addInitScript(`addEventListener('click', (event) => event.isTrusted && clicked(), true)`);
  return () => clicks;
};

const go = (page: Page, screen: string) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen, exact: true }).click();

it(`leads a newcomer from the first page to a letter replayed in at most ${CLICKS} clicks`, async () => {
  const mine = await servePage(() => ({
    body: `<!doctype html><html lang="en"><head><title>Mine</title></head><body><script defer src="${flow.url}/t.js" data-site="127.0.0.1"></script></body></html>`,
  }));
  onTestFinished(mine.close);
  const page = await visit(opened, flow.url, { go: false, userAgent });
  const clicks = await countClicks(page.context());

  // The own visit.
  await page.goto(flow.url);
  await page.waitForSelector('#visit-state[data-state="arrived"]');

  // A site is added, and checked with its own page.
  await go(page, 'Sites');
  await page.getByLabel('Address of the site').fill(mine.url);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('link', { name: 'Check it live' }).click();
  await page.waitForSelector('#check-state[data-state="ready"]');
  await page.getByLabel('A page of your site').fill(mine.url);
  const popup = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Open my page' }).click();
  await page.waitForSelector('#check-state[data-state="arrived"]');
  await (await popup).close();
  await shoot(page, 'newcomer-checked');

  // Example data is shown, and removed.
  await go(page, 'Numbers');

  await page.getByRole('button', { name: 'Show me with example data' }).click();
  await page.getByText('This is example data').waitFor();
  await page.getByText('Mastodon', { exact: false }).first().waitFor();
  await shoot(page, 'newcomer-example');
  await page.getByRole('button', { name: 'Remove the example' }).click();
  await page.getByText('This is example data').waitFor({ state: 'hidden' });

  // One event is followed through every part.
  await go(page, 'Start');
  await page.waitForSelector('#visit-state[data-state="arrived"]');
  await page.getByRole('link', { name: 'Follow it' }).click();
  await page.waitForSelector('#verdict[data-verdict="counted"]');
  await shoot(page, 'newcomer-trace');

  // A tracker of another version wrote something that nobody can read: it is mended and sent again.
  await putIntoBuffer(folder.path, [JSON.stringify(hitOf({ title: 7 }))]);
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.locator('tbody a[href*="/kafidx/dead/"]').count();
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  await page.locator('tbody a[href*="/kafidx/dead/"]').last().click();
  const text = await page.locator('#mend').inputValue();
  await page.locator('#mend').fill(text.replace('"title": 7', '"title": "Seven"'));
  await page.waitForSelector('#check[data-hits="1"]');
  await page.locator('#replay').click();
  await page.waitForSelector('[data-sent="1"]');
  await page.locator('#sent a').click();
  await page.waitForSelector('#verdict[data-verdict="counted"]');

  console.log(`a newcomer clicked ${clicks()} times`);
  expect(clicks()).toBeLessThanOrEqual(CLICKS);
}, 120_000);
