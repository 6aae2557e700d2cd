import type { FastifyInstance, FastifyReply } from 'fastify';
import { Html, html } from './html.ts';
import { importsOf } from './imports.ts';
import { languageSwitch, registerLanguages } from './language.ts';
import { packPage } from './packed.ts';
import { uiAssets } from './ui-assets.ts';
import { en } from './words/en.ts';
import type { Speech } from './words/words.ts';

export interface NavLink {
  href: string;
  text: string;
}

export interface PageOptions {
  title: string;
  body: Html;
  /** Links to the other screens; the one whose `href` is `current` is marked. */
  nav?: readonly NavLink[];
  current?: string;
  /** What stands at the end of the top bar, e.g. a sign-out button. */
  aside?: Html;
  /** Addresses of modules and style sheets, from `loadAssets`. */
  scripts?: readonly string[];
  styles?: readonly string[];
  /** The page's language and words; English without it. */
  speech?: Speech;
  /** Words and facts for the page's modules: JSON in `<script type="application/json" id="facts">`. */
  facts?: object;
  /** Path and query of this page, for the language switch; `sendPage` fills it in. */
  path?: string;
  /** `broad`: for numbers side by side. `wide`: the body fills the window. `narrow`: one small card. */
  width?: 'wide' | 'broad' | 'text' | 'narrow';
  /** Other origins that a form of the page may lead to, by a redirect too. */
  formTo?: readonly string[];
  /** Other origins that modules of the page may ask and whose pixel it may load: a tracker on a host of its own. */
  connectTo?: readonly string[];
}

/** Serves what every page uses: style sheets, icon, shared modules and the language switch. */
export const registerLook = (app: FastifyInstance): void => {
  uiAssets.register(app);
  registerLanguages(app);
};

const link = ({ href, text }: NavLink, current: string | undefined): Html =>
  html`<li><a href="${href}"${href === current ? html` aria-current="page"` : ''}>${text}</a></li>`;

const english: Speech = { lang: 'en', words: en };

/** JSON as the text of a script element: nothing in it can end the element. */
const factsScript = (facts: object): Html =>
  new Html(
    `<script type="application/json" id="facts">${JSON.stringify(facts).replace(/</g, '\\u003c')}</script>\n`,
  );

const topBar = ({
  nav = [],
  current,
  aside,
  speech = english,
}: PageOptions): Html => html`<header class="bar">
<a class="brand" href="${nav[0]?.href ?? '/'}" data-raw>pushtech</a>
<nav aria-label="${speech.words.common.screens}"><ul>${nav.map((item) => link(item, current))}</ul></nav>
${aside}
</header>`;

const foot = ({ speech = english, path = '/' }: PageOptions): Html =>
  html`<footer class="foot">${languageSwitch(speech, path)}</footer>`;

/** The page's facts, and what the shared modules say. Pages without modules need none. */
const allFacts = ({ facts, scripts, speech = english }: PageOptions): Html | undefined =>
  facts || scripts?.length ? factsScript({ ui: speech.words.ui, ...facts }) : undefined;

/** One whole page as text. Scripts are modules; there are no inline scripts or styles, the security headers forbid them. */
export const page = (options: PageOptions): string => {
  const { title, body, scripts = [], styles = [], width = 'text', speech = english } = options;
  return html`<!doctype html>
<html lang="${speech.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · pushtech</title>
<link rel="icon" href="${uiAssets.url('icon.svg')}">
<link rel="stylesheet" href="${uiAssets.url('look.css')}">
${styles.map((href) => html`<link rel="stylesheet" href="${href}">\n`)}${importsOf(scripts).map(
  (href) => html`<link rel="modulepreload" href="${href}">
`,
)}${scripts.map((src) => html`<script type="module" src="${src}"></script>\n`)}</head>
<body class="${width}">
<a class="skip" href="#main">${speech.words.common.skip}</a>
${topBar(options)}
<main id="main" tabindex="-1">${body}</main>
${foot(options)}
${allFacts(options)}</body>
</html>
`.text;
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What every page is sent with. */
export const securityHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** An origin and nothing else: whatever could begin another directive is left out. `*.` for tiles. */
const isOrigin = (text: string): boolean => /^(https?|wss?):\/\/(\*\.)?[\w.[\]:-]+$/.test(text);

/** The policy, with more origins for forms (Chromium looks at where a form's answer leads) and for modules. */
const policyFor = ({ formTo = [], connectTo = [] }: PageOptions): string =>
  policy
    .replace("form-action 'self'", ["form-action 'self'", ...formTo.filter(isOrigin)].join(' '))
    .replace("connect-src 'self'", ["connect-src 'self'", ...connectTo.filter(isOrigin)].join(' '))
    .replace("img-src 'self'", ["img-src 'self'", ...connectTo.filter(isOrigin)].join(' '));

/** Adds a name to `Vary` and keeps what a route said before. */
const vary = (reply: FastifyReply, name: string): string => {
  const before = String(reply.getHeader('vary') ?? '');
  return before.toLowerCase().includes(name) ? before : [before, name].filter(Boolean).join(', ');
};

/** Sends a page with the security headers, packed where the browser takes it. Status as set on the reply before. */
export const sendPage = (reply: FastifyReply, options: PageOptions): FastifyReply => {
  const { method, url, headers } = reply.request;
  const path = method === 'GET' ? url : undefined;
  const { body, encoding } = packPage(
    page({ ...(path !== undefined && { path }), ...options }),
    headers['accept-encoding'],
  );
  if (encoding) reply.header('content-encoding', encoding);
  return reply
    .headers({
      ...securityHeaders,
      'content-security-policy': policyFor(options),
      vary: vary(reply, 'accept-encoding'),
    })
    .type('text/html; charset=utf-8')
    .send(body);
};
