import { newId } from '@pushtech/event';
import {
  checkAccess,
  everyLook,
  keyboardReaches,
  openBrowser,
  shoot,
  visit,
} from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder, postEvents, startFlow } from './start-flow.ts';
import { servePage } from './website-page.ts';

const opened = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path);
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

/** The tracker by another name than the screens': for pages it is a foreign host, as in life. */
const tracker = () => flow.url;

it('adds a site, names it, and gives what to paste', async () => {
  const page = await visit(opened, `${flow.url}/sites`, { expected: [/status of 422/] });
  await page.getByLabel('Address of the site').fill('not a site');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  expect(await page.locator('.error').textContent()).toContain('“not a site” is no name of a site');
  await page.getByLabel('Address of the site').fill('https://www.shop.example/start');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.waitForURL('**/sites/shop.example');

  const code = await page.locator('#snippet-code').textContent();
  expect(code).toContain(`<script defer src="${tracker()}/t.js" data-site="shop.example"></script>`);
  for (const way of ['Pixel only', 'Module', 'From Node']) {
    await page.getByRole('link', { name: way }).click();
    expect(await page.locator('#snippet-code').textContent()).toContain('shop.example');
  }
  expect(await page.getByLabel('Time zone').inputValue()).toBe('UTC');

  await page.getByLabel('Name').fill('My shop');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByLabel('Leave out these addresses').fill('10.0.0.0/33\n192.0.2.1');
  await page.getByLabel('Leave out these paths').fill('admin');
  await page.getByLabel('Only pages of these hosts may send').fill('https://');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('.notice.bad');
  const errors = (await page.locator('.error').allTextContents()).join('\n');
  expect(errors).toContain('“10.0.0.0/33” is no network.');
  expect(errors).toContain('“admin” is no path.');
  expect(errors).toContain('“https://” is no host.');
  await checkAccess(page);
  await shoot(page, 'site-problems');

  await page.getByLabel('Leave out these addresses').fill('10.0.0.0/24\n');
  await page.getByRole('button', { name: 'Add mine: 127.0.0.1' }).click();
  await page.getByLabel('Leave out these paths').fill('/admin/*');
  await page
    .getByLabel('Only pages of these hosts may send')
    .fill('https://shop.example/\n*.shop.example:8443');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('.notice.good');
  expect(await page.getByLabel('Leave out these addresses').inputValue()).toBe('10.0.0.0/24\n127.0.0.1');
  expect(await page.getByLabel('Only pages of these hosts may send').inputValue()).toBe(
    'shop.example\n*.shop.example',
  );
  expect(await page.locator('h1').textContent()).toContain('My shop');
  await everyLook(page, async ({ name }) => {
    await shoot(page, `site-${name}`);
    await checkAccess(page);
  });
  await keyboardReaches(page);

  await page.getByRole('button', { name: 'Remove its settings' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.waitForURL('**/sites');
}, 90_000);

it('lists sites that send by themselves as new, with their events', async () => {
  await postEvents(flow.url, [
    { type: 'pageview', site: 'blog.example' },
    { type: 'pageview', site: 'blog.example' },
    { type: 'pageview', site: 'a.b:c_d-e' },
  ]);
  const page = await visit(opened, `${flow.url}/sites`);
  const listed = async () => {
    await page.reload();
    return (await page.locator('main').textContent()) ?? '';
  };
  await expect.poll(listed, { timeout: 20_000, interval: 300 }).toMatch(/blog\.example new2/);
  await everyLook(page, async ({ name }) => {
    await shoot(page, `sites-${name}`);
    await checkAccess(page);
  });
  await keyboardReaches(page);
}, 90_000);

it('shows hostile names of sites as text on every screen', async () => {
  const evil = '"><img src=x onerror=globalThis.hacked=1>';
  const page = await visit(opened, `${flow.url}/sites/evil.example`);
  await page.getByLabel('Name').fill(evil);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('.notice.good');
  for (const path of ['/sites/evil.example', '/sites', '/sites/evil.example/check']) {
    await page.goto(flow.url + path);
    expect(await page.locator('main').textContent()).toContain(evil);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  }
  const answer = await fetch(`${flow.url}/sites/${encodeURIComponent(evil)}`);
  expect(answer.status).toBe(404);
});

describe('the live check', () => {
  const html = (extra = '', label = '127.0.0.1') =>
    `<!doctype html><html lang="en"><head><title>Mine</title>${extra}</head><body><script defer src="${tracker()}/t.js" data-site="${label}"></script></body></html>`;

  const check = async (page: Page, url: string) => {
    await page.goto(`${flow.url}/sites/127.0.0.1/check`);
    await page.waitForSelector('#check-state[data-state="ready"]');
    await page.getByLabel('A page of your site').fill(url);
    await page.getByRole('button', { name: 'Open my page' }).click();
  };

  const finding = (page: Page, id: string) =>
    page.waitForSelector(`#check-findings [data-finding="${id}"]`).then((found) => found.textContent());

  it('shows the visitor’s own hit within a second of the page that was opened', async () => {
    const mine = await servePage(() => ({ body: html() }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    await page.waitForSelector('#check-state[data-state="arrived"]');
    expect(await page.locator('#check-state').textContent()).toContain('Your visit has arrived');
    console.log(`live check: ${await page.locator('#check-after').textContent()}`);
    expect(await page.locator('#check-event').textContent()).toContain('127.0.0.0');
    await finding(page, 'snippetFound');
    await finding(page, 'scriptFine');
    await finding(page, 'cspNone');
    await everyLook(page, async ({ name }) => {
      await shoot(page, `check-${name}`);
      await checkAccess(page);
    });
    await keyboardReaches(page);
  }, 90_000);

  it('names the content policy that stops the script, and what to add to it', async () => {
    const mine = await servePage(() => ({
      body: html(),
      headers: { 'content-security-policy': "default-src 'self'; connect-src *" },
    }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    const said = await finding(page, 'csp_script');
    expect(said).toContain('stops the script: default-src');
    expect(said).toContain(`Add ${tracker()} to default-src`);
    expect(await page.locator('[data-finding="csp_connect"]').count()).toBe(0);
  });

  it('names a content policy in the markup that lets the script pass and not its sending', async () => {
    const meta = `<meta http-equiv="Content-Security-Policy" content="script-src http://127.0.0.1:*; connect-src &#39;self&#39;">`;
    const mine = await servePage(() => ({ body: html(meta) }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    expect(await finding(page, 'csp_connect')).toContain('connect-src');
    expect(await page.locator('[data-finding="csp_script"]').count()).toBe(0);
  });

  it('says when the snippet is not in the page, and after ten seconds what to try', async () => {
    const mine = await servePage(() => ({
      body: '<!doctype html><!-- <script src="/t.js"></script> --><p>Hello',
    }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    await finding(page, 'snippetNone');
    await page.waitForSelector('#check-state[data-state="failed"]', { timeout: 20_000 });
    expect(await page.locator('#check-next').textContent()).toContain('?pushtech=on');
    await shoot(page, 'check-none');
    await checkAccess(page);
  }, 60_000);

  it('says when the page sends to another server', async () => {
    const mine = await servePage(() => ({
      body: '<!doctype html><script src="https://old.example/t.js"></script>',
    }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    expect(await finding(page, 'snippetElsewhere')).toContain('https://old.example/t.js');
  });

  it('says when something in the browser keeps the script away', async () => {
    const mine = await servePage(() => ({ body: html() }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false, expected: [/ERR_FAILED|ERR_BLOCKED/] });
    await page.context().route('**/t.js', (route) => route.abort());
    await check(page, mine.url);
    expect(await finding(page, 'scriptBlocked')).toContain(`${tracker()}/t.js, though the server is up`);
  });

  it('says when the visit came for another site', async () => {
    const mine = await servePage(() => ({ body: html('', 'other.example') }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await check(page, mine.url);
    expect(await finding(page, 'otherSite')).toContain('for the site other.example, not for 127.0.0.1');
  });

  it('says when the visit was left out because its address is excluded', async () => {
    const mine = await servePage(() => ({ body: html('', 'excluded.example') }));
    onTestFinished(mine.close);
    const page = await visit(opened, flow.url, { go: false });
    await page.goto(`${flow.url}/sites/excluded.example`);
    await page.getByRole('button', { name: 'Add mine: 127.0.0.1' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('.notice.good');
    await page.goto(`${flow.url}/sites/excluded.example/check`);
    await page.waitForSelector('#check-state[data-state="ready"]');
    await page.getByLabel('A page of your site').fill(mine.url);
    // The enricher looks for new rules every two seconds.
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: /Open/ }).click();
          await page.waitForTimeout(1000);
          return page.locator('[data-finding="drop_address"]').count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await page.locator('#check-state').textContent()).toContain('was left out');
  }, 60_000);

  it('shows hostile events as text and runs none of it', async () => {
    const page = await visit(opened, flow.url, { go: false });
    let nonce = '';
    page.on('request', (request) => {
      nonce = /check\/([0-9a-f]{32})/.exec(request.url())?.[1] ?? nonce;
    });
    await page.goto(`${flow.url}/sites/127.0.0.1/check`);
    await page.waitForSelector('#check-state[data-state="ready"]');
    const evil = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>';
    const item = (type: string) => ({
      type,
      url: `https://127.0.0.1/${evil}`,
      ref: `https://e.example/${evil}`,
      title: evil,
      ua: evil,
      properties: { check: nonce, [evil.slice(0, 60)]: evil, __proto__: evil },
    });
    await postEvents(flow.url, [item('pageview'), item('constructor')]);
    await page.waitForSelector('#check-state[data-state="arrived"]');
    expect(await page.locator('#check-event').textContent()).toContain('<img src=x');
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.locator('main img, #check-event script').count()).toBe(0);
  });

  it('lets nobody read along without the right to see numbers', async () => {
    const nonce = 'a'.repeat(32);
    const headers = { host: 'evil.example' };
    const { status } = await fetch(`${flow.url}/sites/check/${nonce}?site=a`, {
      headers: { 'x-forwarded-for': '1.2.3.4', ...headers },
    });
    expect(status).toBe(401);
    const look = await fetch(`${flow.url}/sites/check/look`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '1.2.3.4', 'content-type': 'application/json' },
      body: JSON.stringify({ url: flow.url }),
    });
    expect(look.status).toBe(401);
  });
});

describe('behind something', () => {
  const start = async (env: Record<string, string>) => {
    const data = dataFolder();
    const other = await startFlow(data.path, env);
    onTestFinished(async () => {
      await other.close();
      data.remove();
    });
    return other;
  };

  it('says when a proxy in front is not declared, so that all visitors have its address', async () => {
    const token = 'token-of-the-installation-0123456789';
    const { url } = await start({ API_TOKEN: token });
    const mine = await servePage(() => ({
      body: `<!doctype html><script defer src="${url}/t.js" data-site="shop.example"></script>`,
    }));
    onTestFinished(mine.close);
    const page = await visit(opened, url, {
      go: false,
      extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9', authorization: `Bearer ${token}` },
    });
    await page.goto(`${url}/sites/shop.example/check`);
    await page.waitForSelector('#check-state[data-state="ready"]');
    await page.getByLabel('A page of your site').fill(mine.url);
    await page.getByRole('button', { name: 'Open my page' }).click();
    const found = await page.waitForSelector('[data-finding="proxy"]');
    expect(await found.textContent()).toContain('the tracker sees 127.0.0.1');
    expect(await found.textContent()).toContain('Set TRUSTED_PROXIES');
    // Open on loopback it is not, so this machine’s own pages are not fetched.
    await page.waitForSelector('[data-finding="pagePrivate"]');
  }, 60_000);

  it('adds and checks a site for somebody who signed in, and writes down who did it', async () => {
    const password = 'correct horse battery staple';
    const { url } = await start({ ADMIN_PASSWORD: password });
    const page = await visit(opened, `${url}/sites`);
    await page.locator('input[name=password]').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sites');
    await page.getByLabel('Address of the site').fill('shop.example');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('link', { name: 'Check it live' }).click();
    await page.waitForSelector('#check-state[data-state="ready"]');
    await page.getByLabel('A page of your site').fill(url);
    await page.getByRole('button', { name: 'Open my page' }).click();
    await page.waitForSelector('[data-finding="pagePrivate"]');
    await page.goto(`${url}/auth/people/audit`);
    expect(await page.locator('main').textContent()).toContain('shop.example');
    const forged = await page.request.post(`${url}/sites`, { form: { address: 'forged.example' } });
    expect(forged.status()).toBe(403);
  });

  it('stops at once though checks and visits are being looked at', async () => {
    const data = dataFolder();
    const other = await startFlow(data.path);
    const paths = ['/sites/check/0123456789abcdef0123456789abcdef?site=a', `/visit/${newId()}`];
    const streams = await Promise.all(paths.map((path) => fetch(other.url + path)));
    const begun = performance.now();
    await other.close();
    data.remove();
    expect(performance.now() - begun).toBeLessThan(5000);
    for (const { body } of streams) await body?.cancel();
  });

  it('says that an https page cannot send to an http tracker', async () => {
    const { url } = await start({ PUBLIC_URL: 'http://stats.example.invalid' });
    const page = await visit(opened, `${url}/sites/shop.example/check`);
    await page.waitForSelector('#check-state[data-state="ready"]');
    await page.getByLabel('A page of your site').fill('https://shop.example.invalid/');
    await page.getByRole('button', { name: 'Open my page' }).click();
    const found = await page.waitForSelector('[data-finding="mixed"]');
    expect(await found.textContent()).toContain('the tracker http://stats.example.invalid is http');
    await page.waitForSelector('[data-finding="pageFailed"]');
  }, 60_000);
});
