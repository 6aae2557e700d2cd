import { existsSync } from 'node:fs';
import { newId, topics } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { openLog } from '@pushtech/log';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, postEvents, startFlow } from './start-flow.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (!executablePath) console.warn('The test in a browser is skipped: no Chromium is installed in /usr/bin.');

const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];

const ours = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1;alert(1)">',
  '</td></tr></table><style>*{display:none}</style><svg/onload=alert(1)>',
  '\u0000\u001b[31m\u202e\u2066\u200b\ufeff\ud800',
];
const strings = [...ours, ...naughtyStrings()].filter((text) => text.length < 900);

/** Everything a sender may say freely; `ua` and `lang` as an import, which this machine may send. */
const itemOf = (text: string) => ({
  type: 'rubbish',
  url: `https://a.example/${text}?${text}#${text}`,
  ref: `https://b.example/${text}`,
  title: text,
  vid: text.slice(0, 30),
  sid: text.slice(0, 30),
  ua: text,
  lang: text.slice(0, 30),
  properties: { text, list: [text, { text }] },
});

/** What no tracker lets through, straight on the log: the viewer must not rely on anybody before it. */
const hostileOf = (text: string) => ({
  v: 1,
  id: newId(),
  type: text,
  site: text,
  receivedAt: text,
  occurredAt: text,
  via: text,
  page: { url: text, host: text, path: text, title: text },
  place: { country: text, city: text, accuracy: text },
  device: { kind: text, browser: { name: text }, os: { name: text } },
  bot: { reasons: [text] },
  properties: { [text]: text },
});

/** Elements among rows and details that the page itself never makes. */
const strangers = `[...document.querySelectorAll('#sheet *, #detail-body *, #detail-title *')]
  .filter((element) => !['DIV', 'SPAN', 'DETAILS', 'SUMMARY', 'BUTTON', 'PRE'].includes(element.tagName)
    || [...element.attributes].some(({ name }) => !['class', 'id', 'role', 'type', 'open', 'hidden', 'data-raw', 'aria-selected'].includes(name))).length`;

const watch = `globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));`;

describe.skipIf(!executablePath)('naughty strings in the live viewer of the whole system', () => {
  const folder = dataFolder();
  let flow: Awaited<ReturnType<typeof startFlow>>;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    flow = await startFlow(folder.path);
    browser = await chromium.launch({ executablePath: executablePath ?? '', args });
    page = await browser.newPage();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('dialog', (dialog) => {
      problems.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript(watch);
    await page.goto(`${flow.url}/kafidx`);
    await page.waitForSelector('#state[data-state="live"]');
  });
  afterAll(async () => {
    await browser?.close();
    await flow.close();
    folder.remove();
  });

  /** At least so many: what the counters refuse comes again as a dead letter. */
  const rows = (n: number) =>
    expect
      .poll(() => page.evaluate<number>(`Number(document.querySelector('#table').dataset.rows)`), {
        timeout: 20_000,
      })
      .toBeGreaterThanOrEqual(n);

  /** Opens some rows in the panel and looks at all of them. */
  const look = async (n: number): Promise<string> => {
    let shown = '';
    await page.locator('#table').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    for (let row = 1; row <= n; row++) {
      if (row % 9 === 0) shown += await page.locator('#detail-body').textContent();
      await page.keyboard.press('j');
    }
    expect(await page.evaluate(strangers)).toBe(0);
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.evaluate('violations')).toEqual([]);
    expect(problems).toEqual([]);
    return shown;
  };

  it('stay text where senders may put them: path, title, referrer, agent, properties', async () => {
    let taken = 0;
    for (let from = 0; from < strings.length; from += 200) {
      await page.locator('#clear').click();
      const items = strings.slice(from, from + 200).map(itemOf);
      const { results } = (await (await postEvents(flow.url, items)).json()) as {
        results: { id?: string }[];
      };
      const n = results.filter(({ id }) => id !== undefined).length;
      taken += n;
      await rows(n);
      expect(await look(n)).toContain('"rubbish"');
    }
    expect(taken).toBeGreaterThan(450);
  }, 60_000);

  it('stay text where no sender can put them, type and site among them', async () => {
    const log = await openLog(`sqlite:${folder.path}/log.db`);
    for (const topic of [topics.events, topics.dead]) {
      await page.locator('#clear').click();
      const some = strings.slice(0, 200);
      await log.append(some.map((text) => ({ topic, key: 'k', value: JSON.stringify(hostileOf(text)) })));
      await rows(some.length);
      await look(some.length);
    }
    await log.close();
  }, 60_000);
});
