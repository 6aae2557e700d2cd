// The script for pages: starts a tag with what its own element says, and puts it on `window.pushtech`.

import { safely } from './safely.ts';
import { startTag } from './start-tag.ts';

/** Where events go, seen from the script's own address; the tracker writes another one for other names. */
const PATH = './t';

type Call = (...args: unknown[]) => unknown;
type Calls = { q?: Iterable<unknown>[] | { push(args: Iterable<unknown>): void } };

/** Of a module there is no current script; whoever is asked for a stack names it. */
const ownAddress = (): string => /https?:\/\/\S+?(?=:\d+:\d+)/.exec(new Error().stack ?? '')?.[0] ?? '';

const ownElement = (): HTMLScriptElement | undefined => {
  const { currentScript } = document;
  // An element of the page may have taken the name.
  if (currentScript instanceof HTMLScriptElement) return currentScript;
  const address = ownAddress();
  return [...document.scripts].find(({ src }) => src === address);
};

safely(() => {
  const page = window as unknown as { pushtech?: Call & Calls & { lost?: unknown } };
  const early = page.pushtech;
  // Another one was here first.
  if (early?.lost) return;
  const element = ownElement();
  const { site, to, auto, hash, consent } = element?.dataset ?? {};
  const tag = startTag({
    to: to || `${new URL(PATH, element?.src || ownAddress())}`,
    site,
    auto: auto !== 'off',
    hash: hash !== undefined,
    consent: consent !== '0',
  });
  const call = (args: Iterable<unknown>): unknown => (tag as unknown as Call)(...args);
  // Who still holds the function of before is heard too.
  page.pushtech = Object.assign(tag as unknown as Call, { q: { push: call } });
  for (const args of (early?.q as Iterable<unknown>[]) ?? []) safely(call)(args);
})();
