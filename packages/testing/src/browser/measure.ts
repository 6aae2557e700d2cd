import type { Page } from 'playwright-core';
import { readFrames } from './trace.ts';
import { requestsOf } from './visit.ts';

/** Slows the page's processor down, as if the machine were `times` times slower. */
export const slow = async (page: Page, times: number): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
};

/** Bytes that came over the wire for a page so far, heads and packed bodies, whole and by address. */
export const wire = async (page: Page): Promise<{ bytes: number; files: Record<string, number> }> => {
  const files: Record<string, number> = {};
  for (const request of requestsOf(page)) {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    const { pathname } = new URL(request.url());
    files[pathname] = (files[pathname] ?? 0) + responseBodySize + responseHeadersSize;
  }
  return { bytes: Object.values(files).reduce((sum, bytes) => sum + bytes, 0), files };
};

/** The value below which a share of all lies; nearest rank. @param share 0…1 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

export interface Frames {
  /** Tasks of the main thread over 50 ms, in ms. */
  longTasks: number[];
  /** Script, style and layout of each frame, in ms. */
  work: number[];
  /** The frame's whole main thread time, in ms. */
  busy: number[];
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', 'v8'];

/** Watches a page's main thread for a while, by a trace of Chromium. @param ms how long */
export const frames = async (page: Page, ms: number): Promise<Frames> => {
  const browser = page.context().browser();
  if (!browser) throw new Error('frames() needs a page of openBrowser()');
  await browser.startTracing(page, { categories });
  await page.evaluate(`performance.mark('pushtech-frames')`);
  await page.waitForTimeout(ms);
  return readFrames((await browser.stopTracing()).toString());
};
