import { naughtyStrings } from '@pushtech/event/fixtures';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  visit,
} from '@pushtech/testing/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashedLetters, hitOf, putIntoBuffer } from './kafidx-letters.ts';
import { dataFolder, getJson, settled, startFlow } from './start-flow.ts';

const browser = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;

beforeAll(async () => {
  flow = await startFlow(folder.path);
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

interface List {
  complete: boolean;
  total: number;
  reasons: { reason: string; step: string; n: number }[];
  letters: { letter: string; id?: string }[];
}

const list = (query = '') => getJson<List>(`${flow.url}/kafidx/dead${query}`);
const post = (path: string, body: object = {}) =>
  fetch(`${flow.url}/kafidx/dead/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Hits in the buffer that were counted at the door so far: the ledger is one for the whole file. */
let received = 0;
const even = () => settled(flow.url, received);

describe('a dead letter', () => {
  const bad = hitOf({ title: 7, properties: { secret: 'hidden\u202eafter' } });

  it('is found by its reason, mended on the screen, and counted then', async () => {
    await putIntoBuffer(folder.path, [JSON.stringify(bad)]);
    received += 1;
    expect(await even()).toMatchObject({ dead: 1, counted: 0 });
    expect((await list()).reasons).toMatchObject([{ reason: 'value_invalid', step: 'validate', n: 1 }]);

    const page = await visit(browser, `${flow.url}/kafidx/dead`);
    await everyLook(page, async ({ name }) => {
      await checkAccess(page);
      await shoot(page, `kafidx-dead-${name}`);
    });
    await page.getByRole('link', { name: 'value_invalid' }).click();
    await page.locator('tbody a[href*="/kafidx/dead/0."]').click();
    await page.waitForSelector('#check [class="bad-text"]');
    expect(await page.locator('#original mark').textContent()).toBe('"title":7');
    expect(await page.locator('#original').textContent()).toContain('hidden\\u202eafter');
    await everyLook(page, async ({ name }) => {
      await checkAccess(page);
      await shoot(page, `kafidx-letter-${name}`);
    });
    await keyboardReaches(page, ['#mend', '#replay', '#original']);
    const text = await page.locator('#mend').inputValue();
    await page.locator('#mend').fill(text.replace('"title": 7', '"title": "Seven"'));
    await page.waitForSelector('#check[data-hits="1"]');
    await page.locator('#replay').click();
    await page.waitForSelector('[data-sent="1"]');
    received += 1;
    expect(await even()).toMatchObject({ received, kept: 1, dead: 1, counted: 1, duplicates: 0 });

    await page.locator('#sent a').click();
    await page.waitForSelector('#verdict[data-verdict="counted"]');
  }, 120_000);

  it('that is replayed again only adds a duplicate: its id stays', async () => {
    const [letter] = (await list('?reason=value_invalid')).letters;
    const mended = JSON.stringify({ ...bad, item: { ...bad.item, title: 'Seven' } });
    expect((await post(`${letter?.letter}/replay`, { text: mended })).status).toBe(202);
    received += 1;
    expect(await even()).toMatchObject({ received, kept: 2, dead: 1, counted: 1, duplicates: 1 });
  });

  it('without a sound id gets one that is always the same', async () => {
    await putIntoBuffer(folder.path, ['{"no":"hit"}']);
    received += 1;
    await even();
    const [letter] = (await list('?reason=hit_invalid')).letters;
    const { id: _, ...mended } = hitOf({});
    for (let i = 0; i < 2; i++) {
      const answer = await post(`${letter?.letter}/replay`, { text: JSON.stringify(mended, null, 2) });
      expect(answer.status).toBe(202);
      received += 1;
    }
    expect(await even()).toMatchObject({ received, counted: 2, duplicates: 2, dead: 2 });
  });

  it('that is replayed as it is dies again, and the books are still even', async () => {
    const [letter] = (await list('?reason=value_invalid')).letters;
    expect((await post(`${letter?.letter}/replay`)).status).toBe(202);
    received += 1;
    expect(await even()).toMatchObject({ received, counted: 2, dead: 3 });
  });

  it('may hold anything: no naughty string runs or breaks its screen', async () => {
    const strings = naughtyStrings().filter((text) => !text.includes('\n'));
    const hits = strings
      .slice(0, 120)
      .map((text) => JSON.stringify(hitOf({ title: 7, properties: { [text]: text }, url: text })));
    await putIntoBuffer(folder.path, [...hits, ...strings.slice(120, 200)]);
    received += hits.length + 80;
    await even();
    const page = await visit(browser, `${flow.url}/kafidx/dead`);
    const { letters } = await list();
    expect(letters.length).toBe(50);
    for (const { letter } of letters.filter((_, n) => n % 8 === 0)) {
      await page.goto(`${flow.url}/kafidx/dead/${letter}`);
      await page.waitForSelector('#check > *');
      expect(await page.locator('#original :not(mark)').count()).toBe(0);
    }
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  }, 90_000);
});

describe('a replay by filter', () => {
  it('sends 500 letters with progress, counts each once, and adds duplicates when it is done again', async () => {
    const before = await even();
    await crashedLetters(
      folder.path,
      Array.from({ length: 500 }, (_, n) => hitOf({ properties: { n } })),
    );
    received += 500;
    await even();
    const page = await visit(browser, `${flow.url}/kafidx/dead?reason=crash`);
    await page.getByRole('button', { name: 'Replay these 500 letters' }).click();
    await page.waitForSelector('#bar:not([hidden])');
    await page.waitForSelector('#progress[data-state="finished"]');
    expect(await page.locator('#progress').textContent()).toContain('500 letters are on their way again.');
    received += 500;
    expect(await even()).toMatchObject({ counted: before.counted + 500, duplicates: before.duplicates });
    await page.reload();
    expect(await page.getByText('replayed', { exact: true }).count()).toBe(50);

    await page.locator('#replay').click();
    await page.waitForSelector('#progress[data-state="running"]');
    await page.waitForSelector('#progress[data-state="finished"]');
    received += 500;
    expect(await even()).toMatchObject({
      counted: before.counted + 500,
      duplicates: before.duplicates + 500,
    });
  }, 90_000);

  it('leaves out what is no hit, runs alone, and is cancelled', async () => {
    const { counted } = await even();
    expect((await post('replays', { reason: 'line_invalid' })).status).toBe(202);
    await expect
      .poll(() => getJson(`${flow.url}/kafidx/dead/replays`))
      .toMatchObject({ state: 'finished', sent: 0 });
    expect((await post('replays', { reason: 'crash' })).status).toBe(202);
    expect((await post('replays', { reason: 'crash' })).status).toBe(409);
    const job = (await (await post('replays/cancel')).json()) as { state: string; sent: number };
    expect(job.state).toBe('cancelled');
    expect(job.sent).toBeLessThan(500);
    received += job.sent;
    expect(await even()).toMatchObject({ counted });
  }, 60_000);

  it('says nothing that is in no language file', async () => {
    const page = await visit(browser, `${flow.url}/kafidx/dead?reason=crash`, { lang: 'xx' });
    await page.waitForSelector('#progress[data-state="cancelled"]');
    expect(await foreignTexts(page)).toEqual([]);
    const { letters } = await list('?reason=value_invalid');
    await page.goto(`${flow.url}/kafidx/dead/${letters[0]?.letter}`);
    await page.waitForSelector('#check > *');
    await page.locator('#mend').fill('{');
    await page.waitForSelector('#check > .bad-text');
    expect(await foreignTexts(page)).toEqual([]);
  });

  it.each([
    ['replays', { from: 'yesterday' }, 400],
    ['0.99999999/replay', {}, 404],
    ['nonsense/replay', {}, 404],
  ])('refuses POST %s %j with %i', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });
});
