import { type TestBrowser, type VisitOptions, visit } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { serveGuide } from './serve.ts';

/** The style guide with chart and map drawn. */
export const openGuide = async (browser: TestBrowser, options: VisitOptions = {}): Promise<Page> => {
  const page = await visit(browser, await serveGuide(), options);
  await page.waitForSelector('body[data-ready]');
  return page;
};
