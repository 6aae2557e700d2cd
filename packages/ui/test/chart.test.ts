import { openBrowser } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openGuide } from './guide/open.ts';

const browser = openBrowser();

/** Share of the pixels of a chart's canvas that have nearly a colour; 0…1. */
const shareOf = (page: Page, place: string, token: string): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('${place} canvas');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const text = getComputedStyle(document.body).getPropertyValue('--${token}').trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
    let n = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 200 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 12) n++;
    return n / (canvas.width * canvas.height);
  })()`);

describe('the chart', () => {
  it('draws what it is given, in the colours of the scheme, and again when the scheme changes', async () => {
    const page = await openGuide(browser);
    expect(await shareOf(page, '#bars', 'chart-1')).toBeGreaterThan(0.1);
    expect(await shareOf(page, '#chart', 'chart-1')).toBeGreaterThan(0.002);
    expect(await shareOf(page, '#chart', 'chart-before')).toBeGreaterThan(0.0005);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => shareOf(page, '#bars', 'chart-1'), { timeout: 10_000 }).toBeGreaterThan(0.1);
    await expect.poll(() => shareOf(page, '#chart', 'chart-1'), { timeout: 10_000 }).toBeGreaterThan(0.002);
  });

  it('says the values under the pointer as text', async () => {
    const page = await openGuide(browser);
    const legend = page.locator('#chart .chart-legend');
    expect(await legend.textContent()).toBe('Events 128,402The 31 days before ');
    const box = await page.locator('#chart .u-over').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 1, (box?.y ?? 0) + 50);
    await expect
      .poll(() => legend.textContent(), { timeout: 10_000 })
      .toBe('Events 3,600The 31 days before 3,750Sun, Oct 4');
  });

  it('is walked with the keyboard, in the zone that was asked for', async () => {
    const page = await openGuide(browser, { lang: 'de' });
    const legend = page.locator('#bars .chart-legend');
    await page.locator('#bars .chart-plot').focus();
    for (const [key, text] of [
      ['Home', '4. Okt., 05:30'],
      ['ArrowRight', '4. Okt., 05:31'],
      ['End', '4. Okt., 05:59'],
      ['ArrowLeft', '4. Okt., 05:58'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => legend.textContent(), { timeout: 10_000 }).toContain(text);
    }
    await page.keyboard.press('Escape');
    await expect.poll(() => legend.textContent(), { timeout: 10_000 }).not.toContain('Okt.');
  });

  it('has the same numbers as a table', async () => {
    const page = await openGuide(browser);
    await page.locator('#chart summary').click();
    expect(await page.locator('#chart tbody tr').count()).toBe(31);
    expect(await page.locator('#chart tbody tr').first().textContent()).toBe('Sun, Oct 43,6003,750');
    await page.evaluate(
      `chart.set({ label: 'x', at: [0], interval: 'day', series: [{ name: '<b>A</b>', values: [null] }] })`,
    );
    await page.locator('#chart summary').click();
    expect(await page.locator('#chart table').textContent()).toBe('Time<b>A</b>Thu, Jan 1–');
  });

  it('tells between which buckets somebody dragged', async () => {
    const page = await openGuide(browser);
    const box = await page.locator('#chart .u-over').boundingBox();
    const [x, y, width] = [box?.x ?? 0, (box?.y ?? 0) + 40, box?.width ?? 0];
    await page.mouse.move(x + width / 3, y);
    await page.mouse.down();
    await page.mouse.move(x + (width * 2) / 3, y, { steps: 4 });
    await page.mouse.up();
    const day = (n: number) => Date.UTC(2026, 9, 4) + n * 86_400_000;
    expect(await page.locator('body').getAttribute('data-zoomed')).toBe(`${day(10)} ${day(20)}`);
  });

  it('fits its place when that changes, and can be nothing at all', async () => {
    const page = await openGuide(browser);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect
      .poll(
        () =>
          page.evaluate(
            `document.querySelector('#chart .uplot').offsetWidth - document.querySelector('#chart .chart-plot').clientWidth`,
          ),
        { timeout: 10_000 },
      )
      .toBe(0);
    await page.evaluate(
      `chart.set({ label: 'x', at: [], interval: 'hour', series: [{ name: 'none', values: [] }] })`,
    );
    await page.locator('#chart .chart-plot').focus();
    await page.keyboard.press('ArrowRight');
    await page.evaluate('chart.destroy()');
    expect(await page.locator('#chart').textContent()).toBe('');
  });

  it('follows new values without being made anew', async () => {
    const page = await openGuide(browser);
    await page.evaluate(`(() => {
      const given = JSON.parse(document.getElementById('facts').textContent).chart;
      globalThis.canvas = document.querySelector('#chart canvas');
      chart.set({ ...given, zoomed() {}, series: given.series.map((each, n) => ({ ...each, total: String(n), values: each.values.map(() => 7) })) });
    })()`);
    expect(await page.locator('#chart .chart-legend').textContent()).toBe('Events 0The 31 days before 1');
    expect(await page.evaluate(`canvas === document.querySelector('#chart canvas')`)).toBe(true);
  });
});
