import { type Html, type HtmlValue, html } from '../html.ts';

export interface Choice {
  href: string;
  text: HtmlValue;
  current?: boolean;
  /** A small number behind the text. */
  count?: string;
}

const mark = (current: boolean | undefined): Html | undefined =>
  current ? html` aria-current="page"` : undefined;

const inside = ({ text, count }: Choice): Html =>
  html`${text}${count !== undefined && html` <span class="count" data-raw>${count}</span>`}`;

/** Views of one thing, each with an address: links, so that they work without a script and in the history. */
export const tabs = (label: string, items: readonly Choice[]): Html =>
  html`<nav class="tabs" aria-label="${label}"><ul>${items.map((item) => html`<li><a href="${item.href}"${mark(item.current)}>${inside(item)}</a></li>`)}</ul></nav>`;

/** A few short choices side by side, as links. */
export const toggle = (label: string, items: readonly Choice[]): Html =>
  html`<nav class="segments" aria-label="${label}"><ul>${items.map((item) => html`<li><a href="${item.href}"${mark(item.current)}>${inside(item)}</a></li>`)}</ul></nav>`;

/** The same as radio buttons of a form. */
export const choices = (
  label: string,
  name: string,
  items: readonly { value: string; text: string }[],
  chosen: string,
): Html =>
  html`<fieldset class="segments"><legend class="visually-hidden">${label}</legend>${items.map(
    ({ value, text }) =>
      html`<label><input type="radio" name="${name}" value="${value}"${value === chosen && html` checked`}><span>${text}</span></label>`,
  )}</fieldset>`;

/**
 * What unfolds below a button: works without a script; with the module `menu.js` a click elsewhere and Escape close it too.
 * @param body a list of links or a small form
 */
export const menu = (summary: HtmlValue, body: HtmlValue): Html =>
  html`<details class="menu" name="menu"><summary>${summary}</summary><div class="menu-body">${body}</div></details>`;
