import { topics } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { openBrowser } from '@pushtech/testing/browser';
import { expect, it } from 'vitest';
import { hostileDead, hostileEvent, payloads, strangers } from './hostile.ts';
import { grid, holds, openLive } from './live-page.ts';
import { eventOf } from './start.ts';

const browser = openBrowser();
const everyColumn =
  '?columns=time,type,site,path,place,device,source,title,visitor,session,via,ip,properties,id';

it('never makes markup of what senders send, in the list or in the panel', async () => {
  const { kafidx, page } = await openLive(browser, everyColumn, { size: { width: 2400, height: 1000 } });
  await kafidx.appendEvents(...payloads.map(hostileEvent));
  await kafidx.append(
    topics.dead,
    payloads.map((text) => JSON.stringify(hostileDead(text))),
  );
  await holds(page, 2 * payloads.length);
  const shown: string[] = [];
  await page.locator(grid).focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  for (const view of ['#as-tree', '#as-text']) {
    await page.locator(view).check({ force: true });
    for (let i = 0; i < 2 * payloads.length; i++) {
      shown.push((await page.locator('#detail-body').textContent()) ?? '');
      expect(await page.evaluate(strangers)).toBe(0);
      await page.keyboard.press(view === '#as-tree' ? 'j' : 'k');
    }
  }
  expect(shown.join()).toContain('<script>globalThis.hacked=1</script>');
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  await page.locator('#filter').fill('site:');
  await page.waitForSelector('#filter-offers [role="option"]');
  expect(await page.evaluate(`document.querySelectorAll('#filter-offers :not(div, span)').length`)).toBe(0);
}, 60_000);

it('shows every naughty string as text, and goes on', async () => {
  const { kafidx, page } = await openLive(browser);
  const strings = naughtyStrings().slice(0, 450);
  await kafidx.appendEvents(...strings.map(hostileEvent));
  await holds(page, strings.length);
  for (let top = 0; top < strings.length * 28; top += 600) {
    await page.evaluate(`document.querySelector('#table').scrollTop = ${top}`);
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(await page.evaluate(strangers)).toBe(0);
  }
}, 60_000);

it('shows signs that hide or turn text as what they are', async () => {
  const { kafidx, page, rows } = await openLive(browser);
  const path = '/\u200b\u{e0041}';
  await kafidx.appendEvents(
    eventOf({ type: 'a\u202eb', site: 'c\u0000\u001bd', page: { url: '', host: '', path } }),
  );
  await holds(page, 1);
  const text = await rows.first().textContent();
  for (const sign of ['a\\u202eb', 'c\\u0000\\u001bd', '/\\u200b\\u{e0041}']) expect(text).toContain(sign);
  await rows.first().click();
  expect(await page.locator('#detail-tree').textContent()).toContain('a\\u202eb');
  await page.locator('#as-text').check({ force: true });
  expect(await page.locator('#detail-json').textContent()).toContain('a\\u202eb');
  expect(await page.evaluate(`/[\\u202e\\u200b\\u0000]/.test(document.body.innerText)`)).toBe(false);
});

it('survives records of any shape', async () => {
  const { kafidx, page } = await openLive(browser, everyColumn);
  await kafidx.append(topics.events, [
    '{}',
    '{"page":7,"place":"x","device":[],"type":{"a":1},"receivedAt":[],"bot":0,"properties":3}',
    '{"device":{"os":null},"properties":null}',
    `{"properties":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
    `{"properties":{"many":[${Array(500).fill('1').join()}]}}`,
  ]);
  await kafidx.append(topics.dead, ['{}', '{"at":{},"position":{}}']);
  await holds(page, 7);
  await page.locator(grid).focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 7; i++) await page.keyboard.press('j');
  await page.locator('#as-text').check({ force: true });
  for (let i = 0; i < 7; i++) await page.keyboard.press('k');
});
