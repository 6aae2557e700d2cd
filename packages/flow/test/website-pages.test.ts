import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  visit,
} from '@pushtech/testing/browser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const opened = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path, { RETENTION_DAYS: '400' });
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

it('says on /privacy what is kept and for how long, from the settings', async () => {
  const page = await visit(opened, `${flow.url}/privacy`);
  const text = await page.locator('table').textContent();
  expect(text).toContain('on the log7 days');
  expect(text).toContain('no single visits)400 days');
  expect(text).toContain('7 days, or the latest 5,000,000');
  await everyLook(page, async ({ name }) => {
    await shoot(page, `privacy-${name}`);
    await checkAccess(page);
  });
  await keyboardReaches(page);
}, 90_000);

it('leaves this browser out of the counts by one click, and takes it back in by another', async () => {
  const page = await visit(opened, `${flow.url}/privacy`);
  await page.getByRole('button', { name: 'Leave this browser out' }).click();
  expect(await page.locator('#opt-out-state').textContent()).toBe('This browser is left out.');
  await page.goto(flow.url);
  await page.waitForSelector('#visit-state[data-state="off"]');
  await page.goto(`${flow.url}/privacy`);
  await page.getByRole('button', { name: 'Count this browser again' }).click();
  await page.goto(flow.url);
  await page.waitForSelector('#visit-state[data-state="arrived"]');
});

it('takes a request by visitor id, and lets the owner download what the log holds and mark it as done', async () => {
  const visitor = 'customer "7" <b>';
  const before = await getJson<{ received: number }>(`${flow.url}/stats/ledger`);
  await postEvents(flow.url, [
    { type: 'pageview', site: 'shop.example', vid: visitor, url: 'https://shop.example/', title: 'Mine' },
    { type: 'pageview', site: 'shop.example', vid: 'somebody else', title: visitor },
  ]);
  await settled(flow.url, before.received + 2);

  const page = await visit(opened, `${flow.url}/privacy`, { expected: [/status of 422/] });
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await page.locator('.error').textContent()).toContain('Enter the identifier');
  await page.getByLabel('Your identifier').fill(visitor);
  await page.getByText('A copy of what is kept').click();
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await page.locator('h1').textContent()).toBe('The request is noted');
  await page.goto(`${flow.url}/privacy`);
  await page.getByLabel('Your identifier').fill(visitor);
  await page.getByText('Erase what is kept').click();
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await page.locator('main').textContent()).toContain('forgets it in all stores');

  await page.goto(`${flow.url}/privacy/requests`);
  const row = page.locator('tbody tr', { hasText: 'Copy' });
  expect(await row.textContent()).toContain(visitor);
  await checkAccess(page);
  await shoot(page, 'privacy-requests');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link', { name: 'Download what the log holds' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const found = JSON.parse(Buffer.concat(chunks).toString());
  expect(found).toMatchObject({ visitor, complete: true });
  expect(found.events.map(({ page: { title } }: { page: { title: string } }) => title)).toEqual(['Mine']);
  await row.getByRole('button', { name: 'Mark as done' }).click();
  expect(await row.textContent()).toContain('done');
  expect(await row.textContent()).not.toContain(visitor);
  const erase = await page.locator('tbody tr', { hasText: 'Erase' }).textContent();
  expect(erase).toContain('requested');
  expect(erase).toMatch(/npm run tasks -- erase --request [0-9a-f-]{36}/);
}, 60_000);

it('takes no request sent by a page of elsewhere, none too large, and not one after another without end', async () => {
  const send = (headers: Record<string, string>, visitor = 'v') =>
    fetch(`${flow.url}/privacy/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ visitor, kind: 'export' }).toString(),
    });
  expect((await send({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await send({}, 'v'.repeat(129))).status).toBe(422);
  expect((await send({}, 'v'.repeat(9000))).status).toBe(413);
  const answers: number[] = [];
  for (let i = 0; i < 8; i++) answers.push((await send({})).status);
  expect(answers.at(-1)).toBe(429);
});

it('shows requests and exports to nobody else', async () => {
  for (const path of ['/privacy/requests', '/privacy/export?visitor=v']) {
    const { status } = await fetch(flow.url + path, { headers: { 'x-forwarded-for': '1.2.3.4' } });
    expect(status).toBe(401);
  }
});

it('shows the repository’s documents with working links between them', async () => {
  const page = await visit(opened, `${flow.url}/documentation`);
  expect(await page.locator('article h1').textContent()).toBe('pushtech');
  await everyLook(page, async ({ name }) => {
    await shoot(page, `docs-${name}`);
    await checkAccess(page);
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page
    .getByRole('navigation', { name: 'Documents' })
    .getByRole('link', { name: 'tracker', exact: true })
    .click();
  await page.waitForURL('**/documentation/tracker');
  expect(await page.locator('article table').count()).toBeGreaterThan(2);
  await shoot(page, 'docs-tracker');
  await keyboardReaches(page);

  const seen = new Set<string>();
  const broken: string[] = [];
  const hrefs = async (path: string): Promise<string[]> => {
    const text = await (await fetch(flow.url + path)).text();
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/href="(\/documentation[^"]*|#[^"]*)"/g)].map(
      ([, href]) => href as string,
    );
    for (const href of links) {
      if (href.startsWith('#') && !ids.has(decodeURIComponent(href.slice(1)))) broken.push(path + href);
    }
    expect(text).not.toMatch(/ style="/);
    return links.filter((href) => href.startsWith('/')).map((href) => href.split('#')[0] as string);
  };
  const queue = ['/documentation'];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...(await hrefs(path)));
  }
  expect(seen.size).toBeGreaterThan(20);
  expect(broken).toEqual([]);
}, 90_000);

it.each(['/documentation/..%2f..%2fpackage.json', '/documentation/nothing', '/documentation/__proto__'])(
  'shows no file for %s',
  async (path) => {
    const answer = await fetch(flow.url + path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('workspaces');
  },
);

it.each([
  '/',
  '/privacy',
  '/privacy/requests',
  '/documentation',
  '/sites',
  '/sites/shop.example',
  '/sites/shop.example?send=sender',
  '/sites/shop.example/check',
])('has no text of its own outside the language files on %s', async (path) => {
  const page = await visit(opened, flow.url, { go: false, lang: 'xx' });
  await page.context().addCookies([{ name: 'pushtech_lang', value: 'xx', url: flow.url }]);
  await page.goto(flow.url + path);
  if (path === '/') await page.waitForSelector('#visit-state[data-state="arrived"]');
  expect(await foreignTexts(page)).toEqual([]);
});

it('speaks German where the browser does', async () => {
  const page = await visit(opened, flow.url, { lang: 'de' });
  await page.waitForSelector('#visit-state[data-state="arrived"]');
  expect(await page.locator('h1').textContent()).toContain('Sehen, was');
  await shoot(page, 'home-de');
  await page.goto(`${flow.url}/sites/shop.example/check`);
  await page.waitForSelector('#check-state[data-state="ready"]');
  await shoot(page, 'check-de');
});
