import type { FastifyInstance, FastifyReply } from 'fastify';
import { loadAssets } from './assets.ts';
import { type Html, html } from './html.ts';

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
  /** `wide`: the body fills the window, for tables. `narrow`: one small card. */
  width?: 'wide' | 'text' | 'narrow';
}

const look = loadAssets(new URL('./', import.meta.url), ['style.css', 'icon.svg']);

/** Serves the style sheet and icon that every page uses. */
export const registerLook = (app: FastifyInstance): void => look.register(app);

const link = ({ href, text }: NavLink, current: string | undefined): Html =>
  html`<li><a href="${href}"${href === current ? html` aria-current="page"` : ''}>${text}</a></li>`;

const topBar = ({ nav = [], current, aside }: PageOptions): Html => html`<header class="bar">
<a class="brand" href="/">pushtech</a>
<nav aria-label="Screens"><ul>${nav.map((item) => link(item, current))}</ul></nav>
${aside}
</header>`;

/** One whole page as text. Scripts are modules; there are no inline scripts or styles, the security headers forbid them. */
export const page = (options: PageOptions): string => {
  const { title, body, scripts = [], styles = [], width = 'text' } = options;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · pushtech</title>
<link rel="icon" href="${look.url('icon.svg')}">
<link rel="stylesheet" href="${look.url('style.css')}">
${styles.map((href) => html`<link rel="stylesheet" href="${href}">\n`)}${scripts.map((src) => html`<script type="module" src="${src}"></script>\n`)}</head>
<body class="${width}">
<a class="skip" href="#main">Skip to the content</a>
${topBar(options)}
<main id="main" tabindex="-1">${body}</main>
</body>
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

/** Sends a page with the security headers. Status as set on the reply before. */
export const sendPage = (reply: FastifyReply, options: PageOptions): FastifyReply =>
  reply.headers(securityHeaders).type('text/html; charset=utf-8').send(page(options));
