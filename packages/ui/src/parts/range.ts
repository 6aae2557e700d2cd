import { type Html, html } from '../html.ts';
import type { Words } from '../words/words.ts';
import { type Choice, menu } from './choices.ts';

export interface RangePicker {
  /** What is shown now, in words: `Last 30 days`. */
  shown: string;
  /** Ready-made ranges, as links. */
  ready: readonly Choice[];
  /** Days `2026-11-03` of the form, both included. */
  from: string;
  to: string;
  zone: string;
  zones: readonly string[];
  /** Where the form goes (GET), and what else its address holds. */
  action: string;
  hidden: Readonly<Record<string, string>>;
}

const dayField = (name: string, label: string, value: string): Html =>
  html`<label>${label} <input type="date" name="${name}" value="${value}" required></label>`;

/** Ready-made ranges and a form for any other, below one button; without a script. */
export const rangePicker = (given: RangePicker, words: Words): Html =>
  menu(
    given.shown,
    html`<ul class="ranges">${given.ready.map(({ href, text, current }) => html`<li><a href="${href}"${current && html` aria-current="true"`}>${text}</a></li>`)}</ul>
<form action="${given.action}" method="get" class="range-form">${Object.entries(given.hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${dayField('from', words.ui.from, given.from)}${dayField('to', words.ui.to, given.to)}
<label>${words.ui.zone} <input name="tz" value="${given.zone}" list="zones" autocomplete="off" spellcheck="false"></label>
<datalist id="zones">${given.zones.map((zone) => html`<option value="${zone}">`)}</datalist>
<button class="primary">${words.ui.apply}</button></form>`,
  );
