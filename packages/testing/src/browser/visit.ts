import type { BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { TestBrowser } from './open-browser.ts';

export interface VisitOptions extends BrowserContextOptions {
  /** Width and height of the window; 1280 x 800 without it. */
  size?: { width: number; height: number };
  scheme?: 'light' | 'dark';
  /** `de`, or `xx` for English in brackets: the cookie of the language switch and `Accept-Language`. */
  lang?: string;
  /** Hosts (`host:port`) besides the page's own that it may ask. */
  allow?: readonly string[];
  /** Problems that belong to the test, e.g. `/status of 401/`. */
  expected?: readonly RegExp[];
  /** A second page of the same person: the context of an earlier page, as it is. */
  context?: BrowserContext;
  /** false = do not go there yet; set up routes and scripts first, then `page.goto`. */
  go?: boolean;
}

const problems = new WeakMap<Page, string[]>();
const requests = new WeakMap<Page, Request[]>();

/** What went wrong in a page so far; a test may look, or take away what it caused by intent. */
export const problemsOf = (page: Page): string[] => problems.get(page) ?? [];

/** Every request of a page that was answered whole, for `wire`. */
export const requestsOf = (page: Page): Request[] => requests.get(page) ?? [];

const isForeign = (url: string, hosts: ReadonlySet<string>): boolean => {
  const { protocol, host } = new URL(url);
  return /^(https?|wss?):$/.test(protocol) && !hosts.has(host);
};

const watch = (page: Page, hosts: ReadonlySet<string>): string[] => {
  const found: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => found.push(`page error: ${error.stack ?? error}`));
  page.on('dialog', (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('crash', () => found.push('the page crashed'));
  page.on('request', (request) => {
    if (isForeign(request.url(), hosts)) found.push(`request to another host: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (isForeign(socket.url(), hosts)) found.push(`websocket to another host: ${socket.url()}`);
  });
  return found;
};

const newContext = async (
  opened: TestBrowser,
  url: string,
  options: VisitOptions,
): Promise<BrowserContext> => {
  const { size, scheme, lang, allow: _, expected: __, context: ___, go: ____, ...rest } = options;
  const browser = await opened.browser();
  const context = await browser.newContext({
    viewport: size ?? { width: 1280, height: 800 },
    colorScheme: scheme ?? 'light',
    locale: lang && lang !== 'xx' ? lang : 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...rest,
  });
  if (lang) await context.addCookies([{ name: 'pushtech_lang', value: lang, url: new URL(url).origin }]);
  return context;
};

/**
 * Opens a page as a person would. The test fails at its end on any console error or warning, page error, breach of the content policy
 * (Chromium reports it as a console error), dialog, or request to a host that is not the page's own.
 */
export const visit = async (opened: TestBrowser, url: string, options: VisitOptions = {}): Promise<Page> => {
  const { allow = [], expected = [], go = true } = options;
  const context = options.context ?? (await newContext(opened, url, options));
  const page = await context.newPage();
  const found = watch(page, new Set([new URL(url).host, ...allow]));
  problems.set(page, found);
  const asked: Request[] = [];
  requests.set(page, asked);
  page.on('requestfinished', (request) => asked.push(request));

  onTestFinished(async () => {
    await (options.context ? page.close() : context.close());
    const left = found.filter((problem) => !expected.some((known) => known.test(problem)));
    if (left.length > 0) throw new Error(`in the browser, ${url}:\n${left.join('\n')}`);
  });
  if (go) await page.goto(url);
  return page;
};
