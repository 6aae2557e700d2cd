import type { Guard } from '@pushtech/admin';
import {
  type Html,
  html,
  type Links,
  loadAssets,
  type PageOptions,
  type Speech,
  screens,
  sendPage,
  speechFor,
  tabs,
} from '@pushtech/ui';
import type { FastifyReply, FastifyRequest } from 'fastify';

const liveModules = [
  'live.js',
  'stream.js',
  'filter-bar.js',
  'filter-text.js',
  'suggestions.js',
  'seen-values.js',
  'view-state.js',
  'columns.js',
  'list.js',
  'row.js',
  'cells.js',
  'pause.js',
  'rate-graph.js',
  'detail.js',
  'json-tree.js',
  'curl.js',
  'copy.js',
  'keys.js',
];
const sheets = ['kafidx.css', 'live.css', 'list.css', 'panel.css', 'trace.css', 'dead.css'];

/** All files that the browser gets from here. */
export const assets = loadAssets(new URL('./browser/', import.meta.url), [
  ...liveModules,
  'dead.js',
  'letter.js',
  'send.js',
  'words.js',
  ...sheets,
]);

export type Tab = 'live' | 'trace' | 'dead';

export interface Screen extends Pick<PageOptions, 'title' | 'body' | 'facts' | 'width'> {
  tab: Tab;
  scripts?: readonly string[];
  styles: readonly string[];
}

export interface ScreenDeps {
  guard: Guard;
  links: Links;
}

const paths: Record<Tab, string> = { live: '/kafidx', trace: '/kafidx/trace', dead: '/kafidx/dead' };

const tabsOf = ({ live }: Speech['words'], links: Links, current: Tab): Html => {
  const texts: Record<Tab, string> = { live: live.tabLive, trace: live.tabTrace, dead: live.tabDead };
  const items = (['live', 'trace', 'dead'] as const).map((tab) => ({
    href: links('kafidx', paths[tab]),
    text: texts[tab],
    current: tab === current,
  }));
  return tabs(live.tabs, items);
};

/** Sends one of the three screens: the bar of all screens, the tabs of these, and the body. */
export const createScreens =
  ({ guard, links }: ScreenDeps) =>
  (request: FastifyRequest, reply: FastifyReply, screen: Screen): FastifyReply => {
    const speech = speechFor(request.raw);
    const aside = guard.aside(request.raw);
    const { tab, body, scripts = [], styles, ...options } = screen;
    return sendPage(reply.header('vary', 'accept, accept-language, cookie'), {
      ...options,
      speech,
      nav: screens(speech.words, links),
      current: links('kafidx', '/kafidx'),
      ...(aside && { aside }),
      scripts: scripts.map(assets.url),
      styles: ['kafidx.css', ...styles].map(assets.url),
      body: html`${tabsOf(speech.words, links, tab)}${body}`,
    });
  };

export type SendScreen = ReturnType<typeof createScreens>;

export const wantsPage = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').includes('text/html');
