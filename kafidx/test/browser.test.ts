import { existsSync } from 'node:fs';
import { type Event, topics } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventOf, startKafidx, until } from './start.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (!executablePath)
  console.warn('The tests in a browser are skipped: no Chromium is installed in /usr/bin.');

const args = [
  'no-sandbox',
  'disable-gpu',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
];

const payloads = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1">',
  '"><svg onload=globalThis.hacked=1>',
  "'-(globalThis.hacked=1)-'",
  '</pre></td></table><iframe srcdoc="<script>parent.hacked=1</script>">',
  'javascript:globalThis.hacked=1',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  '\u202egnp.exe\u2066\u0000\u001b[31m\u200b\ufeff\u2028',
];

/** The same text wherever a sender can put one. */
const hostileEvent = (text: string): Event =>
  eventOf({
    type: text,
    site: text,
    page: { url: `https://a.example/?${text}`, host: text, path: `/${text}`, title: text },
    referrer: { url: text, host: text, medium: text, source: text, term: text },
    campaign: { source: text, clickId: text },
    place: { country: text, region: text, city: text, accuracy: 'ip' },
    device: { kind: text, vendor: text, model: text, os: { name: text }, browser: { name: text } },
    bot: { reasons: [`agent:${text}`] },
    properties: { [text]: text, nested: { [text]: [text] } },
  });

const hostileDead = (text: string) => ({
  at: text,
  reason: text,
  step: text,
  message: text,
  type: text,
  original: text,
});

/** Elements in the list and the panel that neither of them ever makes. */
const strangers = `[...document.querySelectorAll('#rows *, #detail-json *, #detail-title *')]
  .filter((element) => !['TR', 'TD', 'SPAN'].includes(element.tagName)
    || [...element.attributes].some(({ name }) => !['class', 'tabindex', 'aria-current'].includes(name))).length`;

describe.skipIf(!executablePath)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: args.map((name) => `--${name}`),
    });
  });
  afterAll(() => browser?.close());

  const open = async (query = '', size = { width: 1280, height: 800 }) => {
    const kafidx = await startKafidx();
    const context = await browser.newContext({ viewport: size });
    const page: Page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('dialog', (dialog) => {
      problems.push('a dialog');
      void dialog.dismiss();
    });
    onTestFinished(() => context.close());
    await page.goto(`http://127.0.0.1:${kafidx.port}/kafidx${query}`);
    await page.waitForSelector('#state[data-state="live"]');
    return { kafidx, page, problems, rows: page.locator('#rows tr') };
  };

  const count = async (page: Page, n: number) => {
    await page.waitForSelector(n === 0 ? '#empty:not([hidden])' : `#rows tr:nth-child(${n})`, {
      state: 'attached',
    });
    expect(await page.locator('#rows tr').count()).toBe(n);
  };

  it('never makes markup of what senders send, in the list or in the panel', async () => {
    const { kafidx, page, problems, rows } = await open();
    await kafidx.appendEvents(...payloads.map(hostileEvent));
    await kafidx.append(
      topics.dead,
      payloads.map((text) => JSON.stringify(hostileDead(text))),
    );
    await count(page, 2 * payloads.length);
    const shown: string[] = [];
    for (let i = 0; i < 2 * payloads.length; i++) {
      await rows.nth(i).click();
      shown.push((await page.locator('#detail-json').textContent()) ?? '');
      expect(await page.evaluate(strangers)).toBe(0);
    }
    expect(shown.join()).toContain('<script>globalThis.hacked=1</script>');
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('shows every naughty string as text, and goes on', async () => {
    const { kafidx, page, problems } = await open();
    const strings = naughtyStrings();
    await kafidx.appendEvents(...strings.slice(0, 450).map(hostileEvent));
    await count(page, Math.min(450, strings.length));
    expect(await page.evaluate(strangers)).toBe(0);
    expect(problems).toEqual([]);
  });

  it('shows signs that hide or turn text as what they are', async () => {
    const { kafidx, page, rows } = await open();
    await kafidx.appendEvents(
      eventOf({
        type: 'a\u202eb',
        site: 'c\u0000\u001bd',
        page: { url: '', host: '', path: '/\u200b\u{e0041}' },
      }),
    );
    await count(page, 1);
    expect(await rows.first().textContent()).toContain('a\\u202eb');
    expect(await rows.first().textContent()).toContain('c\\u0000\\u001bd');
    expect(await rows.first().textContent()).toContain('/\\u200b\\u{e0041}');
    await rows.first().click();
    expect(await page.locator('#detail-json').textContent()).toContain('a\\u202eb');
    expect(await page.evaluate(`/[\\u202e\\u200b\\u0000]/.test(document.body.textContent)`)).toBe(false);
  });

  it('survives records of any shape', async () => {
    const { kafidx, page, problems } = await open();
    const odd = [
      '{}',
      '{"page":7,"place":"x","device":[],"type":{"a":1},"receivedAt":[],"bot":0}',
      '{"device":{"os":null}}',
    ];
    await kafidx.append(topics.events, odd);
    await kafidx.append(topics.dead, ['{}', '{"at":{}}']);
    await count(page, 5);
    expect(problems).toEqual([]);
  });

  it('is worked with the keyboard: arrows, Enter, Esc, space', async () => {
    const { kafidx, page, rows } = await open();
    await kafidx.appendEvents(eventOf({ type: 'first' }));
    await count(page, 1);
    await kafidx.appendEvents(eventOf({ type: 'second' }));
    await count(page, 2);
    await rows.first().focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(JSON.parse((await page.locator('#detail-json').textContent()) ?? '').type).toBe('first');
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isHidden()).toBe(true);
    expect(await page.evaluate('document.activeElement.textContent.includes("first")')).toBe(true);
    await page.keyboard.press(' ');
    expect(await page.locator('#state').textContent()).toBe('Paused');
    const other = await kafidx.view();
    await kafidx.appendEvents(eventOf({ type: 'unseen' }));
    await until(() => other.frames.events.length === 1);
    await page.keyboard.press(' ');
    expect(await page.locator('#state').textContent()).toBe('Live');
    expect(await rows.count()).toBe(2);
    await page.locator('#clear').click();
    await count(page, 0);
  });

  it('keeps the filter in its address and tells a bad one', async () => {
    const { kafidx, page } = await open('?type=a&bots=0');
    await kafidx.appendEvents(
      eventOf({ type: 'a' }),
      eventOf({ type: 'b' }),
      eventOf({ type: 'a', bot: { reasons: [] } }),
    );
    await count(page, 1);
    await page.locator('[name=type]').fill('b');
    await page.waitForURL(/\?type=b&bots=0$/);
    await count(page, 0);
    await kafidx.appendEvents(eventOf({ type: 'b' }));
    await count(page, 1);
    await page.locator('[name=country]').fill('Germany');
    await page.waitForSelector('#problem:not([hidden])');
    expect(await page.locator('#problem').textContent()).toContain('country');
  });

  it('marks bots and dead letters, and follows one id', async () => {
    const { kafidx, page, rows } = await open();
    const event = eventOf({ bot: { reasons: ['agent:x'] } });
    await kafidx.appendEvents(event);
    await count(page, 1);
    expect(await rows.first().locator('.badge').textContent()).toBe('bot');
    await rows.first().click();
    await page.locator('#detail-follow').click();
    await page.waitForURL(new RegExp(`id=${event.id}`));
    await count(page, 0);
    await kafidx.appendEvents(eventOf());
    await kafidx.append(topics.dead, [JSON.stringify({ id: event.id, at: event.receivedAt })]);
    await count(page, 1);
    expect(await rows.first().locator('.badge').textContent()).toBe('dead');
  });

  it('holds at most 500 rows, the newest', async () => {
    const { kafidx, page, rows } = await open();
    const events = (from: number) => Array.from({ length: 300 }, (_, n) => eventOf({ type: `t${from + n}` }));
    await kafidx.appendEvents(...events(0));
    await count(page, 300);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kafidx.appendEvents(...events(300));
    await page.waitForSelector('#rows tr:nth-child(500)', { state: 'attached' });
    expect(await rows.count()).toBe(500);
    const types = await page.locator('#rows .type').allTextContents();
    expect(types).toContain('t599');
    expect(types).not.toContain('t50');
  });

  it('connects again by itself and says meanwhile that it is not connected', async () => {
    const { kafidx, page } = await open();
    await page.context().setOffline(true);
    kafidx.closeSockets();
    await page.waitForSelector('#state[data-state="lost"]');
    await page.context().setOffline(false);
    await page.waitForSelector('#state[data-state="live"]');
    await kafidx.appendEvents(eventOf());
    await count(page, 1);
  });

  it.each([
    [360, 640],
    [390, 844],
    [1280, 800],
  ])('fits a window of %i x %i', async (width, height) => {
    const { kafidx, page } = await open('', { width, height });
    await kafidx.appendEvents(
      eventOf({
        type: 'x'.repeat(64),
        site: 'y'.repeat(253),
        page: { url: '', host: '', path: `/${'z'.repeat(8000)}` },
      }),
    );
    await count(page, 1);
    await page.locator('#rows tr').click();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(
      await page.evaluate(
        'document.querySelector(".rows").scrollWidth - document.querySelector(".rows").clientWidth',
      ),
    ).toBe(0);
  });
});
