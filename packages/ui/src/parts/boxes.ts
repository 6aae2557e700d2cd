import { type Html, type HtmlValue, html } from '../html.ts';

export type Tone = 'good' | 'warn' | 'bad';

/** A sentence that must be seen. `bad` and `warn` are read out at once when they come later (role `alert`). */
export const notice = (text: HtmlValue, tone?: Tone): Html =>
  html`<div class="notice ${tone ?? ''}"${tone === 'bad' || tone === 'warn' ? html` role="alert"` : html` role="status"`}>${text}</div>`;

/** @param text of ours or of senders; senders' text needs `data-raw`: put it in with `html` */
export const badge = (text: HtmlValue, tone?: Tone): Html =>
  html`<span class="badge ${tone ?? ''}">${text}</span>`;

/** What stands where nothing is yet: what will be here, and what to do for it. */
export const empty = (title: string, text: HtmlValue, action?: HtmlValue): Html =>
  html`<div class="empty"><strong>${title}</strong><p>${text}</p>${action && html`<p class="actions">${action}</p>`}</div>`;

/** A part of a page with its heading; `actions` stand at the end of the heading's line. */
export const card = (title: string | undefined, body: HtmlValue, actions?: HtmlValue): Html =>
  html`<section class="panel">${(title || actions) && html`<header class="panel-head">${title && html`<h2>${title}</h2>`}${actions && html`<div class="actions">${actions}</div>`}</header>`}${body}</section>`;
