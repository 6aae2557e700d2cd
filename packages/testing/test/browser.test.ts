import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  frames,
  keyboardReaches,
  openBrowser,
  percentile,
  problemsOf,
  shoot,
  slow,
  visit,
  wire,
} from '../src/browser/index.ts';

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src *; connect-src *";

/** A server of one page. */
const serve = async (body: string, script = ''): Promise<string> => {
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    if (request.url === '/a.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (request.url === '/icon')
      response.setHeader('content-type', 'image/svg+xml').end('<svg xmlns="http://www.w3.org/2000/svg"/>');
    else
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><html lang="en"><title>⟦t⟧</title><link rel="icon" href="/icon"><script src="/a.js" type="module"></script><main>${body}</main>`,
        );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

describe('a visit', () => {
  const browser = openBrowser();

  it.each([
    ['a console error', `console.error('x')`, /console error: x/],
    ['a console warning', `console.warn('x')`, /console warning: x/],
    ['an error', `throw new Error('x')`, /page error: Error: x/],
    ['a rejection that nobody handles', `Promise.reject(new Error('x'))`, /page error: Error: x/],
    ['a dialog', `alert('x')`, /dialog: x/],
    [
      'a breach of the content policy',
      `document.body.setAttribute('style', 'color: red')`,
      /Content Security Policy/,
    ],
    [
      'a request to another host',
      `new Image().src = 'http://127.0.0.1:9/x'`,
      /another host: http:\/\/127.0.0.1:9\/x/,
    ],
  ])('notices %s', async (_name, script, problem) => {
    const page = await visit(browser, await serve('<p>x</p>', script), { expected: [/./] });
    await expect.poll(() => problemsOf(page).join(), { timeout: 10_000 }).toMatch(problem);
  });

  it.fails('fails the test by itself', async () => {
    const page = await visit(browser, await serve('', `console.error('x')`));
    await expect.poll(() => problemsOf(page).length, { timeout: 10_000 }).toBe(1);
  });

  it('lets a host be named, and stays quiet on a good page', async () => {
    const other = await serve('');
    const page = await visit(browser, await serve('', `new Image().src = '${other}icon'`), {
      allow: [new URL(other).host],
    });
    await page.waitForLoadState('networkidle');
    expect(problemsOf(page)).toEqual([]);
  });

  it('takes language, size and scheme', async () => {
    const page = await visit(browser, await serve(''), {
      lang: 'de',
      scheme: 'dark',
      size: { width: 390, height: 844 },
    });
    expect(
      await page.evaluate(
        `[navigator.language, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, document.cookie]`,
      ),
    ).toEqual(['de', 390, true, 'pushtech_lang=de']);
  });
});

describe('looking at a page', () => {
  const browser = openBrowser();

  it('finds what people without a mouse or without sight cannot use', async () => {
    const page = await visit(browser, await serve('<button></button>'));
    await expect(checkAccess(page)).rejects.toThrow(/critical button-name/);
  });

  it('is content with a page that all can use', async () => {
    const page = await visit(browser, await serve('<h1>A</h1><button>Go</button><a href="/">Home</a>'));
    await checkAccess(page);
    expect(await keyboardReaches(page)).toEqual(['button Go', 'a Home']);
  });

  it('finds what Tab does not reach, and what shows no ring', async () => {
    const page = await visit(
      browser,
      await serve(
        '<a href="/">a</a><button tabindex="-1">b</button><input type="radio" name="r"><input type="radio" name="r"><i id="c"></i>',
        `const sheet = new CSSStyleSheet(); sheet.replaceSync('a:focus { outline: none }'); document.adoptedStyleSheets = [sheet];`,
      ),
    );
    await expect(keyboardReaches(page, ['#c'])).rejects.toThrow(
      /not reached: button b\nno ring: a a\nnot reached: #c/,
    );
  });

  it('finds texts that come from no language file', async () => {
    const page = await visit(
      browser,
      await serve(
        '<p>⟦ours ⟦inside⟧⟧ 12.5 %</p><p title="tip">⟦x⟧</p><p data-raw>data</p><select><option>o</select><input placeholder="here"><p>⟦a⟧ b</p>',
      ),
    );
    expect(await foreignTexts(page)).toEqual([
      'p title: tip',
      'option: o',
      'input placeholder: here',
      'p: ⟦a⟧ b',
    ]);
  });

  it('shows it in four looks and writes pictures', async () => {
    const page = await visit(browser, await serve('<p>x</p>'));
    const seen: unknown[] = [];
    await everyLook(page, async ({ name }) => {
      seen.push([
        name,
        await page.evaluate(`innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches`),
      ]);
    });
    expect(seen).toEqual([
      ['390-light', '390 false'],
      ['390-dark', '390 true'],
      ['1280-light', '1280 false'],
      ['1280-dark', '1280 true'],
    ]);
    expect(existsSync(await shoot(page, 'testing-shoot'))).toBe(true);
  });
});

describe('measuring', () => {
  const browser = openBrowser();

  it('counts the bytes that came', async () => {
    const page = await visit(browser, await serve('x'.repeat(20_000), '1'));
    await page.waitForLoadState('networkidle');
    const { bytes, files } = await wire(page);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(22_000);
    expect(Object.keys(files)).toContain('/a.js');
  });

  it('sees work in frames and long tasks', async () => {
    const page = await visit(
      browser,
      await serve(
        '<p>x</p>',
        `const work = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
        const frame = () => { work(5); document.querySelector('p').textContent = performance.now(); requestAnimationFrame(frame); };
        requestAnimationFrame(frame); setInterval(() => work(80), 400);`,
      ),
    );
    const seen = await frames(page, 3000);
    expect(seen.longTasks.length).toBeGreaterThanOrEqual(2);
    expect(percentile(seen.work, 0.5)).toBeGreaterThanOrEqual(4.5);
    expect(seen.work.length).toBeGreaterThan(5);
  });

  it('slows a page down', async () => {
    const page = await visit(browser, await serve(''));
    const time = `(() => { const start = performance.now(); for (let i = 0, x = 0; i < 2e7; i++) x += Math.sqrt(i); return performance.now() - start; })()`;
    const best = async () => {
      const times: number[] = [];
      for (let i = 0; i < 4; i++) times.push(await page.evaluate<number>(time));
      return Math.min(...times);
    };
    const before = await best();
    await slow(page, 8);
    expect(await best()).toBeGreaterThan(before * 2);
  });
});

it('reckons percentiles by nearest rank', () => {
  expect([percentile([3, 1, 2, 4], 0.5), percentile([3, 1, 2, 4], 0.95), percentile([], 0.5)]).toEqual([
    2, 4, 0,
  ]);
});
