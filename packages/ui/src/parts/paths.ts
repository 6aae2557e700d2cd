import { type Html, html } from '../html.ts';
import type { Words } from '../words/words.ts';

/** The way to a page: the last one is the page itself. Names of data are marked raw. */
export const crumbs = (
  steps: readonly { href?: string; text: string; raw?: boolean }[],
  words: Words,
): Html =>
  html`<nav class="crumbs" aria-label="${words.ui.path}"><ol>${steps.map(
    ({ href, text, raw }) =>
      html`<li${raw && html` data-raw`}>${href ? html`<a href="${href}">${text}</a>` : html`<span aria-current="page">${text}</span>`}</li>`,
  )}</ol></nav>`;

export interface PagesLinks {
  newer?: string | undefined;
  older?: string | undefined;
}

/** To the pages before and after, where there are any. */
export const pagesNav = ({ newer, older }: PagesLinks, words: Words): Html | undefined =>
  newer || older
    ? html`<nav class="pages" aria-label="${words.ui.pages}">${newer && html`<a rel="prev" href="${newer}">← ${words.ui.newer}</a>`}${older && html`<a rel="next" href="${older}">${words.ui.older} →</a>`}</nav>`
    : undefined;
