import { openBrowser, problemsOf, shoot } from '@pushtech/testing/browser';
import { describe, expect, it } from 'vitest';
import { alpha2, worldJson } from '../src/world.ts';
import { openGuide } from './guide/open.ts';

const browser = openBrowser();

interface World {
  objects: { countries: { geometries: { id?: string }[] } };
}

describe('the world', () => {
  it('knows the letters of every country it draws, each once', () => {
    const { objects } = JSON.parse(worldJson()) as World;
    const ids = objects.countries.geometries.map(({ id }) => id);
    // Northern Cyprus and Somaliland have none.
    expect(ids.filter((id) => id === undefined)).toHaveLength(2);
    const known = ids.filter((id) => id !== undefined);
    expect(new Set(known).size).toBe(known.length);
    expect(known.length).toBe(174);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(known.filter((id) => !names.of(id))).toEqual([]);
    expect(new Set(alpha2.values()).size).toBe(alpha2.size);
  });
});

describe('the map', () => {
  it('colours countries by value, from our own server alone', async () => {
    const page = await openGuide(browser);
    const levels =
      await page.evaluate(`Object.fromEntries([...document.querySelectorAll('.country[aria-label]')]
      .map((path) => [path.getAttribute('aria-label'), /level-(\\d)/.exec(path.getAttribute('class'))[1]]))`);
    expect(levels).toEqual({
      'Germany: 51,203': '5',
      'United States: 20,311': '4',
      'France: 4,021': '3',
      'Brazil: 910': '2',
      'India: 212': '1',
      'Australia: 14': '1',
      'South Africa: 1': '1',
    });
    expect(await page.locator('.map-scale').textContent()).toBe('≤ 409≤ 3.3K≤ 11.1K≤ 26.2K≤ 51.2K');
    expect(problemsOf(page)).toEqual([]);
  });

  it('has no country that runs across the whole map', async () => {
    const page = await openGuide(browser);
    const widest =
      await page.evaluate(`Math.max(...[...document.querySelectorAll('.country')].map((path) => path.getBBox().width))
      / document.querySelector('.map-box').clientWidth`);
    expect(widest).toBeLessThan(0.5);
  });

  it('is walked with the keyboard from most to least, and Enter picks', async () => {
    const page = await openGuide(browser);
    await page.locator('.country[tabindex="0"]').focus();
    const focused = () => page.evaluate(`document.activeElement.getAttribute('aria-label')`);
    expect(await focused()).toBe('Germany: 51,203');
    expect(await page.locator('.leaflet-tooltip').textContent()).toBe('Germany: 51,203');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('France: 4,021');
    await page.keyboard.press('Enter');
    expect(await page.locator('body').getAttribute('data-picked')).toBe('FR');
    expect(await page.locator('.country.selected').getAttribute('aria-label')).toBe('France: 4,021');
    expect(await focused()).toBe('France: 4,021');
    await shoot(page, 'guide-map-picked', { fullPage: false });
  });

  it('is clicked, but only where there is something to see', async () => {
    const page = await openGuide(browser);
    const at = await page.evaluate<{ x: number; y: number }>(`(() => {
      document.querySelector('.map-box').scrollIntoView();
      const box = [...document.querySelectorAll('.country')].find((path) => path.getAttribute('aria-label')?.startsWith('Brazil')).getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    })()`);
    await page.mouse.click(at.x, at.y);
    expect(await page.locator('body').getAttribute('data-picked')).toBe('BR');
    await page.evaluate(
      `map.set({ label: 'x', values: [], picked: (code) => { document.body.dataset.picked = code; } })`,
    );
    await page.mouse.click(at.x, at.y + 2);
    expect(await page.locator('body').getAttribute('data-picked')).toBe('BR');
    expect(await page.locator('.map-scale').count()).toBe(0);
  });

  it('changes its colours with the scheme', async () => {
    const page = await openGuide(browser);
    const fill = () => page.evaluate(`getComputedStyle(document.querySelector('.country.level-5')).fill`);
    expect(await fill()).toBe('rgb(35, 58, 156)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await fill()).toBe('rgb(204, 214, 255)');
  });

  it('shows codes that are none as nothing, and never as markup', async () => {
    const page = await openGuide(browser);
    await page.evaluate(
      `map.set({ label: 'x', values: [{ code: '<img src=x>', value: 5 }, { code: '__proto__', value: 3 }, { code: 'DE', value: 1 }] })`,
    );
    expect(await page.locator('.country[aria-label]').count()).toBe(1);
  });
});
