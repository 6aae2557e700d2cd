import { html, loadAssets, type Speech, screens, sendPage, uiAssets } from '@pushtech/ui';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import { countersOf, type Looking, noExample } from './counters.ts';
import { exampleState } from './example-routes.ts';
import { type Refusal, refusalOf, type ViewQuery, viewQuery } from './query.ts';
import { rangeNames } from './range.ts';
import { cards, isTable } from './tables.ts';
import { readView, type View } from './view.ts';
import { limitTo } from './view-routes.ts';

/** Every module by name: the page asks for all of them at once, and not for one after another. */
const modules = [
  'card.js',
  'context.js',
  'empty.js',
  'example.js',
  'goal-form.js',
  'goals.js',
  'graph.js',
  'ledger.js',
  'links.js',
  'load.js',
  'places.js',
  'row.js',
  'share.js',
  'state.js',
  'tiles.js',
  'toolbar.js',
  'widened.js',
  'zone.js',
  'dashboard.js',
];

/** What each part looks like, as one sheet: `css/` in this order. */
const looks = [
  'frame',
  'toolbar',
  'tiles',
  'panels',
  'card',
  'bars',
  'opened',
  'ledger',
  'dialog',
  'goal-form',
  'share',
];

export const assets = loadAssets(new URL('./browser/', import.meta.url), modules, { 'dashboard.css': looks });

const shared = ['facts.js', 'element.js', 'say.js', 'format.js', 'visible.js'];

/** How long a page waits for its numbers: later ones are fetched by the page, so that something is seen at once. */
const PATIENCE_MS = 400;

export interface PageOptions {
  /** Where the page and its data lie. */
  base: string;
  looking: Looking;
  speech: Speech;
  /** What the one who looks may do. */
  mayWrite: boolean;
  /** The name of the link this is seen through; whoever has it sees no other screens. */
  share?: string;
}

const later = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  // If it fails after that, nobody hears of it: the page asks anew.
  answer.catch(() => {});
  return Promise.race([answer, patience]).finally(() => clearTimeout(timer));
};

type Start = { query?: ViewQuery; view?: View | undefined; refusal?: Refusal };

const startOf = async (deps: WebsiteDeps, request: FastifyRequest, looking: Looking): Promise<Start> => {
  const read = viewQuery.safeParse(request.query);
  if (!read.success) return { refusal: refusalOf(read.error) };
  const query = limitTo(looking, read.data);
  if (!query) return { refusal: { error: 'site', field: 'site', message: '' } };
  const counters = countersOf(deps, query, looking);
  if (!counters) return { refusal: noExample };
  if (query.open !== undefined && !isTable(query.open, counters.properties)) {
    return { refusal: { error: 'table_unknown', field: 'open', message: query.open } };
  }
  return { query, view: await later(readView(counters, query)) };
};

const factsOf = (deps: WebsiteDeps, request: FastifyRequest, options: PageOptions, start: Start) => {
  const { example, links, guard, tileUrl } = deps;
  const { base, speech, mayWrite, share, looking } = options;
  return {
    ...{ base, mayWrite, lang: speech.lang, tileUrl, mapStyle: uiAssets.url('map.css') },
    words: { ...speech.words.dashboard, common: speech.words.common },
    ranges: rangeNames,
    cards,
    // Strangers with a link see nothing else of us.
    ...(share === undefined
      ? { live: links('kafidx', '/kafidx'), sites: links('www', '/sites') }
      : { share, oneSite: looking.oneSite }),
    ...(mayWrite && { csrf: guard.csrfToken(request.raw) }),
    ...(example && share === undefined && { example: exampleState(example) }),
    ...(start.view && { view: start.view }),
    ...(start.refusal && { refusal: start.refusal }),
  };
};

const topBar = ({ guard, links }: WebsiteDeps, request: FastifyRequest, { words }: Speech) => {
  const aside = guard.aside(request.raw);
  return { nav: screens(words, links), current: links('www', '/dashboard'), ...(aside && { aside }) };
};

/** `https://{s}.tiles.example/…` → `https://*.tiles.example`. */
const tileOrigin = (url: string): string => /^https?:\/\/[^/]+/.exec(url.replace('{s}', '*'))?.[0] ?? '';

/** The dashboard's frame. Its numbers lie in the page's facts, so that one request shows them. */
export const sendDashboard = async (
  deps: WebsiteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PageOptions,
): Promise<FastifyReply> => {
  const { speech, share } = options;
  const words = speech.words.dashboard;
  const start = await startOf(deps, request, options.looking);
  if (start.refusal) reply.code(400);
  return sendPage(reply, {
    ...{ title: words.title, width: 'broad', speech },
    ...(share === undefined && topBar(deps, request, speech)),
    scripts: [...shared.map(uiAssets.url), ...modules.map(assets.url)],
    styles: [uiAssets.url('chart.css'), assets.url('dashboard.css')],
    ...(deps.tileUrl && { connectTo: [tileOrigin(deps.tileUrl)] }),
    facts: factsOf(deps, request, options, start),
    body: html`<div id="dashboard" aria-busy="true"><h1 class="visually-hidden">${words.title}</h1>
<noscript><p class="notice">${speech.words.common.needsScript}</p></noscript></div>`,
  });
};
