import type { Format } from '../browser/format.js';
import { type Html, type HtmlValue, html } from '../html.ts';
import { say } from '../words/say.ts';
import type { Words } from '../words/words.ts';

export interface Tile {
  label: string;
  value: number;
  /** The same of the period before. */
  before?: number | undefined;
  /** How the value is written; whole numbers without it. */
  write?: (n: number) => string;
  /** Rising is no good news, e.g. for dead letters. */
  lessIsBetter?: boolean;
  /** A line below, e.g. what the number means. */
  note?: HtmlValue;
  /** For modules that renew the value: `data-tile` of the tile. */
  id?: string;
  href?: string;
  current?: boolean;
}

const toneOf = ({ value, before = value, lessIsBetter }: Tile): string => {
  if (value === before) return '';
  return value > before !== Boolean(lessIsBetter) ? 'good' : 'bad';
};

/** One number with what became of it. */
export const tile = (given: Tile, format: Format, words: Words): Html => {
  const { label, value, before, write = format.number, note, id, href, current } = given;
  const change = before === undefined ? undefined : format.change(value, before);
  const body = html`<span class="tile-label">${label}</span><span class="tile-value" data-raw>${write(value)}</span>${change && html`<span class="tile-change ${toneOf(given)}" title="${say(words.ui.changed, { change })}">${change}</span>`}${note && html`<span class="tile-note">${note}</span>`}`;
  const name = id && html` data-tile="${id}"`;
  return href
    ? html`<a class="tile" href="${href}"${name}${current && html` aria-current="true"`}>${body}</a>`
    : html`<div class="tile"${name}>${body}</div>`;
};

export const tiles = (all: readonly Html[]): Html => html`<div class="tiles">${all}</div>`;
