import { topics } from '@pushtech/event';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
} from '@pushtech/testing/browser';
import { describe, expect, it } from 'vitest';
import { grid, holds, openLive } from './live-page.ts';
import { eventOf } from './start.ts';

const browser = openBrowser();

const visitOf = (n: number) =>
  eventOf({
    type: ['pageview', 'click', 'search'][n % 3] as string,
    site: ['shop.example', 'blog.example'][n % 2] as string,
    page: { url: 'https://shop.example/', host: 'shop.example', path: `/shoes/${n}`, title: 'Shoes' },
    place: { country: 'DE', city: 'Berlin', accuracy: 'ip' },
    device: { kind: 'desktop', browser: { name: 'Firefox' }, os: { name: 'Linux' } },
    properties: { plan: 'pro', n },
    ...(n % 5 === 4 && { bot: { reasons: ['agent:x'] } }),
  });

const letter = JSON.stringify({
  at: new Date().toISOString(),
  reason: 'value_too_long',
  step: 'validate',
  message: 'title: title is at most 1024 bytes',
  type: 'pageview',
  position: 'e/1',
});

const settledGrid = async (page: Awaited<ReturnType<typeof openLive>>['page'], n: number) => {
  await holds(page, n);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
};

describe('the live viewer', () => {
  it('looks right on a phone and at a desk, light and dark, with and without a record, for everybody', async () => {
    const { kafidx, page, rows } = await openLive(browser);
    await kafidx.appendEvents(...Array.from({ length: 40 }, (_, n) => visitOf(n)));
    await kafidx.append(topics.dead, [letter]);
    await settledGrid(page, 41);
    await everyLook(page, async ({ name }) => {
      await checkAccess(page);
      await shoot(page, `kafidx-live-${name}`, { fullPage: false });
    });
    await rows.nth(2).click();
    await everyLook(page, async ({ name }) => {
      await checkAccess(page);
      await shoot(page, `kafidx-record-${name}`, { fullPage: false });
    });
  }, 120_000);

  it('is reached and worked by keyboard alone', async () => {
    const { kafidx, page, rows } = await openLive(browser);
    await kafidx.appendEvents(...Array.from({ length: 60 }, (_, n) => visitOf(n)));
    await settledGrid(page, 60);
    await keyboardReaches(page, [grid]);
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    expect(await page.locator('#detail').isVisible()).toBe(true);
    expect(await page.locator('#detail-tree').textContent()).toContain('/shoes/59');
    await page.keyboard.press('j');
    expect(await page.locator('#detail-tree').textContent()).toContain('/shoes/58');
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isHidden()).toBe(true);
    for (let i = 0; i < 40; i++) await page.keyboard.press('j');
    await page.waitForSelector('#sheet .row[aria-selected="true"]');
    expect(await page.locator('#sheet .row[aria-selected="true"]').textContent()).toContain('/shoes/18');
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#help').isHidden()).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('type:cl');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?type=click$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press(' ');
    await page.waitForURL(/\?type=click&paused=1$/);
    await settledGrid(page, 0);
    expect(await rows.count()).toBe(0);
  }, 90_000);

  it('says no word that is in no language file', async () => {
    const { kafidx, page, rows } = await openLive(browser, '', { lang: 'xx' });
    await kafidx.appendEvents(visitOf(4), visitOf(5));
    await kafidx.append(topics.dead, [letter]);
    await settledGrid(page, 3);
    await rows.nth(1).click();
    await page.locator('#columns summary').click();
    await page.locator('#help-open').click();
    expect(await foreignTexts(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#pause').click();
    await page.locator('#filter').fill('nonsense country:x type:');
    await page.waitForSelector('#filter-problems:not([hidden])');
    expect(await foreignTexts(page)).toEqual([]);
  });

  it('holds the stream while paused, and lets it through one by one, in steps, and whole', async () => {
    const { kafidx, page, rows } = await openLive(browser);
    await page.keyboard.press(' ');
    expect(await page.locator('#state').textContent()).toBe('Paused');
    await kafidx.appendEvents(...Array.from({ length: 40 }, (_, n) => visitOf(n)));
    await page.getByText('40 wait', { exact: true }).waitFor();
    expect(await rows.count()).toBe(0);
    await page.keyboard.press('n');
    await settledGrid(page, 1);
    expect(await rows.first().textContent()).toContain('/shoes/0');
    await page.locator('#next').click();
    await settledGrid(page, 2);
    await page.keyboard.press('b');
    await settledGrid(page, 27);
    expect(await page.locator('#waiting').textContent()).toBe('13 wait');
    await page.locator('#pause').click();
    await settledGrid(page, 40);
    expect(await rows.first().textContent()).toContain('/shoes/39');
    expect(await page.locator('#state').textContent()).toBe('Live');
  });

  it('counts what it has no room for while paused', async () => {
    const { kafidx, page } = await openLive(browser, '?paused=1');
    for (let sent = 0; sent < 2400; sent += 300) {
      await kafidx.appendEvents(...Array.from({ length: 300 }, (_, n) => visitOf(sent + n)));
      await page.waitForTimeout(550);
    }
    await page.getByText('2,000 wait', { exact: true }).waitFor();
    await page.getByText('400 skipped', { exact: true }).waitFor();
  });

  it('shows only what the filter lets through, and says what is wrong with one', async () => {
    const { kafidx, page } = await openLive(browser, '?type=click&bots=0');
    expect(await page.locator('#filter').inputValue()).toBe('type:click bots:0');
    await kafidx.appendEvents(visitOf(1), visitOf(2), visitOf(4), visitOf(7));
    await settledGrid(page, 2);
    await page.locator('#filter').fill('path:/shoes/1* country:de');
    await page.waitForURL(/\?country=de&path=\/shoes\/1\*$|\?path=\/shoes\/1\*&country=de$/);
    await kafidx.appendEvents(visitOf(1), visitOf(2), visitOf(12));
    await settledGrid(page, 2);
    await page.locator('#filter').fill('country:Germany');
    await page.waitForSelector('#filter-problems:not([hidden])');
    expect(await page.locator('#filter-problems').textContent()).toContain('“Germany” is no country');
    await page.locator('#filter-clear').click();
    await page.waitForURL(/\/kafidx$/);
    expect(await page.locator('#filter-problems').isHidden()).toBe(true);
  });

  it('completes names and the values that came by', async () => {
    const { kafidx, page } = await openLive(browser);
    await kafidx.appendEvents(visitOf(0), visitOf(1), visitOf(2));
    await settledGrid(page, 3);
    await page.locator('#filter').fill('si');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await page.locator('#filter').inputValue()).toBe('site:');
    await page.keyboard.type('blog');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('#filter').inputValue()).toBe('site:blog.example ');
    await page.waitForURL(/\?site=blog\.example$/);
  });

  it('shows the columns that were chosen, here, in the address, and the next time', async () => {
    const { kafidx, page } = await openLive(browser);
    await page.locator('#columns summary').click();
    await page.locator('#column-list input[value="place"]').uncheck();
    await page.locator('#column-list input[value="properties"]').check();
    await page.waitForURL(/columns=time,type,site,path,device,source,properties/);
    await page.keyboard.press('Escape');
    await kafidx.appendEvents(visitOf(0));
    await settledGrid(page, 1);
    expect(await page.locator('#sheet .properties').textContent()).toBe('plan=pro n=0');
    expect(await page.locator('#sheet .place').count()).toBe(0);
    await page.goto(`http://127.0.0.1:${kafidx.port}/kafidx`);
    await page.waitForSelector('#head .properties');
    await page.goto(`http://127.0.0.1:${kafidx.port}/kafidx?columns=id,type`);
    await page.waitForSelector('#head .id');
    expect(await page.locator('#head > *').count()).toBe(2);
  });

  it('copies a link to what is to be seen, the record, and a command', async () => {
    const { kafidx, page, rows } = await openLive(browser, '?type=click&paused=1', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
    await page.locator('#share').click();
    await page.getByText('Copied').waitFor();
    expect(await clipboard()).toMatch(/\/kafidx\?type=click&paused=1$/);
    await page.locator('#pause').click();
    const event = visitOf(1);
    await kafidx.appendEvents(event);
    await settledGrid(page, 1);
    await rows.first().click();
    await page.locator('#copy-json').click();
    await page.locator('#copy-json').getByText('Copied').waitFor();
    expect(JSON.parse(await clipboard())).toEqual(event);
    await page.locator('#copy-curl').click();
    await page.locator('#copy-curl').getByText('Copied').waitFor();
    expect(await clipboard()).toContain(`curl -sS -X POST 'http://127.0.0.1:${kafidx.port}/t'`);
    await page.locator('#detail-follow').click();
    await page.waitForURL(new RegExp(`id=${event.id}`));
  });

  it('keeps in place what is being read, and says how many are newer', async () => {
    const { kafidx, page } = await openLive(browser);
    await kafidx.appendEvents(...Array.from({ length: 100 }, (_, n) => visitOf(n)));
    await settledGrid(page, 100);
    await page.evaluate(`document.querySelector('#table').scrollTop = 1400`);
    const topRow = `document.elementFromPoint(300, 400).closest('.row')?.textContent`;
    await page.waitForTimeout(100);
    const before = await page.evaluate(topRow);
    await kafidx.appendEvents(...Array.from({ length: 30 }, (_, n) => visitOf(200 + n)));
    await page.getByText('30 newer').waitFor();
    await settledGrid(page, 130);
    expect(await page.evaluate(topRow)).toBe(before);
    await page.locator('#newer').click();
    await page.getByText('/shoes/229').waitFor();
    expect(await page.locator('#newer').isHidden()).toBe(true);
  });

  it('connects again by itself and says meanwhile that it is not connected', async () => {
    const { kafidx, page } = await openLive(browser, '', { expected: [/ERR_INTERNET_DISCONNECTED/] });
    await page.context().setOffline(true);
    kafidx.closeSockets();
    await page.waitForSelector('#state[data-state="lost"]');
    await page.context().setOffline(false);
    await page.waitForSelector('#state[data-state="live"]');
    await kafidx.appendEvents(eventOf());
    await holds(page, 1);
  });

  it.each([
    [360, 640],
    [390, 844],
    [1280, 800],
  ])('fits a window of %i x %i', async (width, height) => {
    const { kafidx, page, rows } = await openLive(browser, '', { size: { width, height } });
    const path = `/${'z'.repeat(8000)}`;
    await kafidx.appendEvents(
      eventOf({ type: 'x'.repeat(64), site: 'y'.repeat(253), page: { url: '', host: '', path } }),
    );
    await holds(page, 1);
    const overflow = 'document.documentElement.scrollWidth - innerWidth';
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    await rows.first().click();
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    expect(
      await page.evaluate(
        `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('#table'))`,
      ),
    ).toBe(0);
  });
});
