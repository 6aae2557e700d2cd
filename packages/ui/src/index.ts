export { type Assets, loadAssets } from './assets.ts';
export { escapeHtml, Html, type HtmlValue, html } from './html.ts';
export { type NavLink, type PageOptions, page, registerLook, securityHeaders, sendPage } from './page.ts';
