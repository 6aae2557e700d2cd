import { openBrowser, shoot } from '@pushtech/testing/browser';
import { describe, expect, it } from 'vitest';
import { openGuide } from './guide/open.ts';

const browser = openBrowser();

describe('parts that move', () => {
  it('sorts a table by a column, numbers from the most', async () => {
    const page = await openGuide(browser);
    const first = () => page.locator('table.sortable tbody th').first().textContent();
    await page.getByRole('button', { name: 'Page' }).click();
    expect(await first()).toBe('/');
    await page.getByRole('button', { name: 'Page' }).click();
    expect(await first()).toBe('/shop/shoes?colour=red');
    await page.getByRole('button', { name: 'Visitors' }).click();
    expect(await first()).toBe('/');
    await page.getByRole('button', { name: 'Visitors' }).click();
    expect(await first()).toBe('/about');
    expect(await page.locator('table.sortable [aria-sort]').getAttribute('aria-sort')).toBe('ascending');
  });

  it('asks before what cannot be undone, and gives the focus back', async () => {
    const page = await openGuide(browser);
    const opener = page.locator('[data-dialog]');
    await opener.click();
    const dialog = page.getByRole('dialog', { name: 'Remove the site?' });
    expect(await dialog.isVisible()).toBe(true);
    await shoot(page, 'guide-dialog', { fullPage: false });
    await page.keyboard.press('Enter');
    expect(await dialog.isVisible()).toBe(false);
    expect(await page.evaluate(`document.activeElement.hasAttribute('data-dialog')`)).toBe(true);
  });

  it('copies code, and says so', async () => {
    const page = await openGuide(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('[data-copy]').click();
    await expect.poll(() => page.locator('[data-copy]').textContent(), { timeout: 10_000 }).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      '<script src="https://trk.example.org/t.js" async></script>',
    );
  });

  it('unfolds one menu at a time, inside of the window, and closes it by Escape and by a click elsewhere', async () => {
    const page = await openGuide(browser, { size: { width: 390, height: 844 } });
    const menus = page.locator('details.menu');
    for (const n of [0, 1]) {
      await menus.nth(n).locator('summary').click();
      await shoot(page, `guide-menu-${n}`, { fullPage: false });
      expect(await page.locator('details.menu[open]').count()).toBe(1);
      const box = await menus.nth(n).locator('.menu-body').boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    }
    await page.locator('input[name=from]').focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('details.menu[open]').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.localName')).toBe('summary');
    await menus.first().locator('summary').click();
    await page.locator('h1').click();
    expect(await page.locator('details.menu[open]').count()).toBe(0);
  });

  it('works without a script: every part is there', async () => {
    const page = await openGuide(browser);
    const url = page.url();
    const bare = await browser
      .browser()
      .then((chromium) => chromium.newContext({ javaScriptEnabled: false }));
    const quiet = await bare.newPage();
    await quiet.goto(url);
    expect(await quiet.locator('table.sortable tbody tr').count()).toBe(4);
    await quiet.locator('details.menu summary').first().click();
    expect(await quiet.getByRole('link', { name: 'shop.example.org' }).isVisible()).toBe(true);
    await bare.close();
  });
});
