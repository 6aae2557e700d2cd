import type { Event } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  type VisitOptions,
  visit,
} from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { eventAt, startWebsite, type WebsiteOptions } from './dashboard-start.ts';

// Chromium shares few cores with much else.
vi.setConfig({ testTimeout: 90_000 });
const opened = openBrowser();
const MINUTE = 60_000;

const seen = (minutesAgo: number, visitor: string, more: Partial<Event> = {}) =>
  eventAt(Date.now() - minutesAgo * MINUTE, { visitor, ...more });

const pageOf = (path: string) => ({
  page: { url: `https://shop.example${path}`, host: 'shop.example', path },
});

/** A little of everything, so that each card has rows. */
const visits = (): Event[] => {
  const news = { campaign: { source: 'newsletter', medium: 'email', name: 'spring' } };
  const from = (country: string, city: string) => ({
    place: { country, city, region: 'Somewhere', accuracy: 'ip' as const },
  });
  const on = (kind: string, browser: string, os: string) => ({
    device: { kind, browser: { name: browser }, os: { name: os } },
  });
  return [
    seen(3, 'a', { ...news, ...from('DE', 'Berlin'), ...on('desktop', 'Firefox', 'Linux'), ...pageOf('/') }),
    seen(4, 'b', { ...news, ...from('FR', 'Paris'), ...on('mobile', 'Safari', 'iOS'), ...pageOf('/prices') }),
    seen(5, 'c', { ...from('US', 'Boston'), ...on('desktop', 'Chrome', 'Windows'), ...pageOf('/prices') }),
    seen(6, 'a', { ...news, type: 'signup', properties: { plan: 'team' }, ...pageOf('/thanks') }),
    seen(7, 'x', { bot: { reasons: ['agent:bot'] }, ...pageOf('/robots.txt') }),
    seen(8, 'd', { site: 'blog' }),
    ...Array.from({ length: 12 }, (_, n) => seen(9 + n, `v${n}`, pageOf(`/articles/number-${n}`))),
  ];
};

const ready = (page: Page) => page.waitForSelector('#dashboard[aria-busy=false]');

const open = async (query = '', options: WebsiteOptions & { how?: VisitOptions; events?: Event[] } = {}) => {
  const site = await startWebsite(options);
  await site.count(...(options.events ?? visits()));
  const page = await visit(opened, `${site.url}/dashboard${query}`, options.how);
  await ready(page);
  return { ...site, page };
};

const tile = (page: Page, name: string) => page.locator(`[data-key="tile ${name}"] b`).textContent();
/** Waits until a tile shows a number. */
const shows = (page: Page, name: string, n: string) =>
  page.locator(`[data-key="tile ${name}"] b`).getByText(n, { exact: true }).waitFor();
const query = (page: Page) => new URLSearchParams(new URL(page.url()).search);

describe('the dashboard, as a person uses it', () => {
  it('answers what is read most, and a row opens its series and the way to the live stream', async () => {
    const { page } = await open('?range=24h');
    expect([await tile(page, 'visitors'), await tile(page, 'events')]).toEqual(['16', '17']);
    await page.locator('.card-pages a', { hasText: '/prices' }).click();
    await page.waitForSelector('.opened canvas');
    const stream = await page.locator('.opened a', { hasText: 'See it live' }).getAttribute('href');
    expect(stream).toBe('/kafidx?path=%2Fprices&bots=0');
    await page.locator('[data-key="close row"]').click();
    await page.waitForSelector('.opened', { state: 'detached' });
  });

  it('keeps its state in the address: another window shows the same, back and forward go through it', async () => {
    const { page, url } = await open('?range=24h');
    await page.locator('[name=site]').selectOption('blog');
    await shows(page, 'events', '1');
    await page.locator('[name=site]').selectOption('');
    await page.locator('.card-sources .card-tab', { hasText: 'Campaign' }).click();
    await page.locator('.card-sources a', { hasText: 'spring' }).click();
    await page.waitForSelector('.opened canvas');
    expect(Object.fromEntries(query(page))).toMatchObject({
      range: '24h',
      open: 'campaign',
      value: 'spring',
    });
    const other = await visit(opened, page.url(), { context: page.context() });
    await other.waitForSelector('.opened canvas');
    await page.goBack();
    await page.waitForSelector('.opened', { state: 'detached' });
    await page.goBack();
    await page.goBack();
    await shows(page, 'events', '1');
    await page.goForward();
    await shows(page, 'events', '17');
    expect(page.url().startsWith(url)).toBe(true);
  });

  it('takes dates, a zone, bots and the comparison from the bar', async () => {
    const { page } = await open('?range=24h');
    await page.locator('[name=bots]').selectOption('only');
    await shows(page, 'events', '1');
    await page.locator('[name=tz]').fill('Asia/Kolkata');
    await page.locator('[name=tz]').press('Enter');
    await page.waitForURL(/tz=Asia%2FKolkata/);
    await page.locator('[name=range]').selectOption('custom');
    await page.waitForSelector('.dates:not([hidden])');
    await page.locator('[name=from]').fill('2020-02-01');
    await page.waitForURL(/from=2020-02-01/);
    await page.locator('[name=compare]').uncheck();
    await page.waitForURL(/compare=0/);
    await ready(page);
    expect(await page.locator('.span').textContent()).toContain('Feb 1, 2020');
  });

  it('shows a visit in the last 30 minutes by itself', async () => {
    const { page, count } = await open('?range=30m');
    expect(await tile(page, 'visitors')).toBe('16');
    await count(seen(0, 'new'));
    await shows(page, 'visitors', '17');
  });

  it('makes, opens, changes and removes a goal', async () => {
    const { page } = await open('?range=24h');
    await page.getByRole('button', { name: 'New goal' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Sign-up');
    await page.getByLabel('Type of event').fill('signup');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('.pair');
    const row = page.locator('[data-key^="goal "]');
    expect(await row.textContent()).toBe('Sign-up');
    expect(await page.locator('.pair tbody tr').first().textContent()).toContain('newsletter1 / 250%');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('What', { exact: true }).selectOption('property');
    await page.getByLabel('Name of the property').fill('plan');
    await page.getByLabel('Value', { exact: true }).fill('team');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('properties.plan is team').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No goals yet').waitFor();
  });

  it('makes a link for others that shows the numbers to a stranger, and nothing once it is revoked', async () => {
    const { page } = await open('?range=24h', { how: { permissions: ['clipboard-write'] } });
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByLabel('For whom').fill('Ann');
    await page.getByLabel('Shows').selectOption('shop');
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByLabel('The new link').inputValue();
    const stranger = await visit(opened, `${link}?range=24h`, {
      extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.7' },
      expected: [/410/],
    });
    await ready(stranger);
    expect(await tile(stranger, 'events')).toBe('16');
    expect(await stranger.locator('nav a[href^="/"]').count()).toBe(2);
    expect(await stranger.getByRole('button', { name: /Share|New goal/ }).count()).toBe(0);
    await stranger.locator('.card-pages a', { hasText: '/prices' }).click();
    await stranger.waitForSelector('.opened canvas');
    expect(await stranger.locator('.opened a', { hasText: 'live' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.locator('.shares .badge.bad').getByText('revoked').waitFor();
    await stranger.reload();
    expect(await stranger.locator('main').textContent()).toContain('This link was revoked');
  });

  it('says what to do where there is nothing yet, and where a filter leaves nothing', async () => {
    const { page, count } = await open('', { events: [] });
    expect(await page.getByRole('link', { name: 'Add the snippet' }).getAttribute('href')).toBe('/sites');
    await shoot(page, 'dashboard-nothing');
    await count(seen(3 * 24 * 60, 'a'));
    await page.goto(`${page.url().split('?')[0]}?range=today&type=order`);
    await page.getByText('Nothing in this time').waitFor();
    await page.getByRole('link', { name: 'Take the filters away' }).click();
    await page.waitForURL((at) => !at.search.includes('type='));
    await page.getByRole('link', { name: 'Show all time' }).click();
    await shows(page, 'events', '1');
  });

  it('says which field of its address is not understood, and starts afresh', async () => {
    const { page } = await open('?range=never', { how: { expected: [/400/] } });
    expect(await page.locator('[role=alert]').textContent()).toContain('range');
    await page.getByRole('button', { name: 'Start afresh' }).click();
    await page.waitForSelector('[data-key="tile events"]');
  });
});

const payloads = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1">',
  '"><svg onload=globalThis.hacked=1>',
  "'-(globalThis.hacked=1)-'",
  'javascript:globalThis.hacked=1',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  '</script><script>globalThis.hacked=1</script>',
  '\u202egnp.exe\u2066\u0000\u001b[31m\u200b\ufeff\u2028',
  '__proto__',
];

/** The same text wherever a sender can put one. */
const hostile = (text: string, n: number): Event =>
  seen(n % 25, text, {
    type: text,
    site: text,
    page: { url: `https://a.example/?${text}`, host: text, path: `/${text}`, title: text },
    referrer: { url: text, host: text, medium: text, source: text, term: text },
    campaign: { source: text, name: text, medium: text },
    place: { country: text, region: text, city: text, accuracy: 'ip' },
    device: { kind: text, os: { name: text }, browser: { name: text } },
    properties: { plan: text, [text]: text },
  });

describe('hostile content', () => {
  const all = [
    ...payloads,
    ...naughtyStrings()
      .filter((text) => text !== '')
      .slice(0, 240),
  ];

  it('never runs and never breaks the page, in any table, row, goal or list', async () => {
    const { page, store } = await open('?range=24h&bots=include', { events: all.map(hostile) });
    await store.goals.insert({
      id: 'g',
      name: payloads[0] ?? '',
      type: 'signup',
      conditions: [{ field: 'path', is: 'equal', value: payloads[1] ?? '' }],
      createdAt: 0,
    });
    await page.reload();
    await ready(page);
    const count = await page.locator('.card-tab').count();
    for (let n = 0; n < count; n++) {
      await page.locator('.card-tab').nth(n).click();
      await ready(page);
    }
    for (const card of ['pages', 'sources', 'devices', 'events', 'properties', 'places']) {
      await page.locator(`.card-${card} [data-key^="all "]`).click();
      await page.waitForSelector(`.card-${card} .rows.long`);
      await page.locator(`.card-${card} .row-link`, { hasText: 'globalThis' }).first().click();
      await page.waitForSelector(`.card-${card} .opened`);
      await ready(page);
    }
    await page.locator('[name=site]').selectOption({ index: 3 });
    await ready(page);
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(
      await page.evaluate('document.querySelectorAll("main img, main iframe, main script").length'),
    ).toBe(0);
    expect(
      await page.evaluate(String.raw`/[\u202e\u200b\u0000]/.test(document.querySelector('main').innerText)`),
    ).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  it('in the address is text too', async () => {
    const { page } = await open(
      `?range=24h&open=path&value=${encodeURIComponent(payloads[1] ?? '')}&site=${encodeURIComponent(payloads[0] ?? '')}`,
    );
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.locator('[name=site]').inputValue()).toBe(payloads[0]);
  });
});

describe('how it looks and is reached', () => {
  /** A row, a goal and a card with a table of their own open. */
  const full = async (how?: VisitOptions) => {
    const { store, page, ...site } = await open('?range=24h', how && { how });
    await store.goals.insert({ id: 'signup', name: 'Sign-up', type: 'signup', conditions: [], createdAt: 1 });
    await store.goals.insert({
      id: 'thanks',
      name: 'Thanks',
      site: 'shop',
      type: 'pageview',
      conditions: [{ field: 'path', is: 'starts', value: '/thanks' }],
      createdAt: Date.now(),
    });
    await page.goto(`${site.url}/dashboard?range=24h&goal=signup&open=path&value=/prices`);
    await page.waitForSelector('.opened canvas');
    await page.locator('.world').scrollIntoViewIfNeeded();
    await page.waitForSelector('.world path');
    await page.evaluate('scrollTo(0, 0)');
    return page;
  };

  it('has no serious fault for those who cannot see it, on phone and desk, light and dark', async () => {
    const page = await full();
    await everyLook(page, async ({ name }) => {
      await checkAccess(page);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await shoot(page, `dashboard-${name}`);
    });
  });

  it('has none in its windows either', async () => {
    const page = await full();
    for (const [name, button] of [
      ['goal', 'New goal'],
      ['share', 'Share'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.waitForSelector('dialog[open]');
      if (name === 'goal') await page.getByRole('button', { name: 'Add a condition' }).click();
      else {
        await page.getByLabel('For whom').fill('Ann');
        await page.getByRole('button', { name: 'Make a link' }).click();
        await page.getByLabel('The new link').waitFor();
      }
      await everyLook(page, async (look) => {
        await checkAccess(page);
        await shoot(page, `dashboard-${name}-${look.name}`, { fullPage: false });
      });
      await page.keyboard.press('Escape');
    }
  });

  it('is reached by the keyboard alone', async () => {
    const page = await full();
    await keyboardReaches(page);
    await page.locator('.card-pages .row-link').nth(4).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/articles/);
    await ready(page);
    expect(await page.evaluate('document.activeElement.className')).toBe('row-link');
  });

  it('has no word outside of the language files', async () => {
    const page = await full({ lang: 'xx' });
    expect(await foreignTexts(page)).toEqual([]);
    for (const button of ['⟦New goal⟧', '⟦Share⟧']) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.waitForSelector('dialog[open]');
      expect(await foreignTexts(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });

  it('speaks German', async () => {
    const page = await full({ lang: 'de' });
    expect(await page.locator('.card-pages h2').textContent()).toBe('Seiten');
    await shoot(page, 'dashboard-german');
  });
});
