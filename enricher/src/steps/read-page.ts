import type { Page } from '@pushtech/event';
import type { Draft, Step } from '../draft.ts';
import { splitTarget, splitUrl, type UrlParts } from '../split-url.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the byte range is what is meant
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Headers reach us as latin1 text whose characters are bytes of UTF-8. */
export const headerText = (header: string): string =>
  BEYOND_ASCII.test(header) ? Buffer.from(header, 'latin1').toString() : header;

/** Single-page apps without server routes keep theirs behind `#`: `#/shop?x` and `#!shop`. Other fragments are places in a page. */
const ROUTE = /^[/!][^?&]*/;

const withRoute = (parts: UrlParts): UrlParts => {
  const route = parts.fragment === '' ? undefined : ROUTE.exec(parts.fragment)?.[0];
  return route === undefined || route === '/' ? parts : { ...parts, path: `${parts.path}#${route}` };
};

/** A line of an access log is sent as `https://<site><target>`; there the target is taken as it stands. */
const split = (url: string, { hit, item }: Draft): UrlParts => {
  const isLogLine = hit.via === 'import' && item.type === 'request' && item.site !== undefined;
  return (isLogLine ? splitTarget(url, item.site as string) : undefined) ?? withRoute(splitUrl(url));
};

/** page: the address the event happened on, `url` or else the `Referer` header, and its title. */
export const readPage: Step = {
  name: 'page',
  run(draft) {
    const { item, referer, event } = draft;
    const url = item.url ?? (referer === undefined ? undefined : headerText(referer));
    if (url === undefined || url === '') return undefined;
    const { host, path } = split(url, draft);
    const page: Page = { url, host, path };
    if (item.title !== undefined) page.title = item.title;
    event.page = page;
    return undefined;
  },
};
