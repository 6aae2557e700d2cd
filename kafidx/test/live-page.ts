import { type openBrowser, type VisitOptions, visit } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { startKafidx } from './start.ts';

type Opened = ReturnType<typeof openBrowser>;

/** The live viewer in a browser, connected. */
export const openLive = async (browser: Opened, query = '', options: VisitOptions = {}) => {
  const kafidx = await startKafidx();
  const page = await visit(browser, `http://127.0.0.1:${kafidx.port}/kafidx${query}`, options);
  await page.waitForSelector('#state:is([data-state="live"], [data-state="paused"])');
  return { kafidx, page, rows: page.locator('#sheet .row') };
};

/** Waits until the list holds so many rows, in sight or not. */
export const holds = (page: Page, n: number): Promise<unknown> =>
  page.waitForSelector(`#table[data-rows="${n}"]`, { state: 'attached' });

export const grid = '#table';
