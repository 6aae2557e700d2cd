import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  wire,
} from '@pushtech/testing/browser';
import { describe, expect, it } from 'vitest';
import { openGuide } from './guide/open.ts';

const browser = openBrowser();

describe('the parts on a page', () => {
  it('look as they should at 390 and 1280 px, light and dark, and all can use them', async () => {
    const page = await openGuide(browser);
    await everyLook(page, async ({ name }) => {
      await shoot(page, `guide-${name}`);
      await checkAccess(page);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    });
  });

  it('keep their edges, lines and marks in the colours of a contrast theme', async () => {
    const page = await openGuide(browser, { forcedColors: 'active' });
    await shoot(page, 'guide-forced-colors');
    expect(
      await page.evaluate(
        `getComputedStyle(document.querySelector('.tabs [aria-current]')).borderBottomColor`,
      ),
    ).not.toBe(await page.evaluate(`getComputedStyle(document.body).backgroundColor`));
  });

  it('are reached by the keyboard alone, each with a ring', async () => {
    const page = await openGuide(browser);
    await keyboardReaches(page, ['.chart-plot', '.country']);
  });

  it('say nothing that is in no language file', async () => {
    const page = await openGuide(browser, { lang: 'xx' });
    expect(await foreignTexts(page)).toEqual([]);
  });

  it('come over the wire in less than 150 kB, the map of the world aside', async () => {
    const page = await openGuide(browser);
    await page.waitForLoadState('networkidle');
    const { bytes, files } = await wire(page);
    const world = Object.entries(files).find(([path]) => path.endsWith('/world.json'))?.[1] ?? 0;
    console.info(`style guide: ${bytes - world} bytes over the wire, and ${world} of the world`, files);
    expect(world).toBeGreaterThan(10_000);
    expect(bytes - world).toBeLessThan(150_000);
  });
});
