import { listen, safely } from './safely.ts';

/** Frameworks set the title a moment after the address (ms); a page that loads gets longer. */
const SETTLE = 100;
const LOADING = 5000;

export interface PageViewDeps {
  view: (facts: { url: string; ref: string }) => void;
  /** Every change behind the `#` is a page; else only those that look like a path (`#/…`, `#!…`). */
  everyHash: boolean;
  /** The page that is there now has been counted already. */
  counted: boolean;
}

/** Counts each page that somebody sees: loaded, shown by a single-page app, or brought back. */
export const followPageViews = ({ view, everyHash, counted }: PageViewDeps): void => {
  let ref = document.referrer;
  let current: string | undefined;
  /** Not counted yet. */
  let next: string | undefined;
  let seen = !document.hidden;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const count = (): void => {
    if (next === undefined || !seen) return;
    const url = next;
    next = undefined;
    view({ url, ref });
    ref = url;
  };

  const pageOf = (url: string): string | undefined =>
    everyHash || /#[/!]/.test(url) ? url : url.split('#')[0];

  /** @param instead of the page before, where that has not been counted yet */
  const look = (instead?: boolean): void => {
    const url = location.href;
    if (current !== undefined && pageOf(url) === pageOf(current)) return;
    if (!instead) count();
    current = next = url;
    clearTimeout(timer);
    timer = setTimeout(count, document.readyState === 'loading' ? LOADING : SETTLE);
  };

  const follow = (name: 'pushState' | 'replaceState'): void => {
    const own = history[name];
    history[name] = function (this: History, ...args) {
      own.apply(this, args);
      safely(look)(name === 'replaceState');
    };
  };

  if (counted) ref = current = location.href;
  else look();
  if (document.title || document.readyState !== 'loading') count();
  follow('pushState');
  follow('replaceState');
  listen(window, 'popstate hashchange', () => look());
  listen(document, 'DOMContentLoaded', count);
  listen(window, 'pagehide', count);
  listen(document, 'visibilitychange', () => {
    // What was seen until now counts; what was hidden until now counts from now on.
    if (document.hidden) count();
    seen = !document.hidden;
    count();
  });
  listen<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => {
    if (!persisted) return;
    ref = '';
    current = undefined;
    look();
    count();
  });
};
