import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeEach, vi } from 'vitest';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = (process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : usual).find(existsSync);

/** Nothing but the page itself may speak to the network. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

/** A browser on a busy machine takes many times as long as on an idle one; of the tests that are defined after `openBrowser`. */
const TEST_MS = 120_000;

export interface TestBrowser {
  /** Starts it with the first call. */
  browser(): Promise<Browser>;
}

const missing = 'no Chromium is installed in /usr/bin, and CHROMIUM_PATH names none';

/** Without one, tests are skipped where a person works, and fail in CI: a test that was asked for never vanishes there. */
const whenMissing = (): void => {
  console.warn(`skipped: the tests in a browser, ${missing}`);
  beforeEach((context) => {
    if (process.env.CI) throw new Error(missing);
    context.skip(missing);
  });
};

/**
 * One Chromium for a file or a `describe`: call it where `beforeAll` may stand. It starts with the first `visit` and is closed
 * after the last test.
 */
export const openBrowser = (): TestBrowser => {
  vi.setConfig({ testTimeout: TEST_MS });
  let starting: Promise<Browser> | undefined;
  if (!executablePath) whenMissing();
  afterAll(async () => (await starting)?.close());

  return {
    browser() {
      starting ??= chromium.launch({ executablePath: executablePath ?? '', args, timeout: 60_000 });
      return starting;
    },
  };
};
