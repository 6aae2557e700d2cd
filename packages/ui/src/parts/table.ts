import { type Html, type HtmlValue, html } from '../html.ts';

export interface Column {
  text: string;
  /** Numbers stand at the end of their cell, in figures of one width. */
  number?: boolean;
  /** Left out on phones. */
  wide?: boolean;
  /** For columns of buttons: the text is heard, not seen. */
  quiet?: boolean;
}

export interface TableOptions {
  /** What the table shows; heard, and seen where `showCaption` says so. */
  caption: string;
  showCaption?: boolean;
  columns: readonly Column[];
  /** A cell for each column; the first is the row's head. */
  rows: readonly (readonly HtmlValue[])[];
  foot?: readonly HtmlValue[];
  /** Heads become buttons that sort; needs the module `table.js`. */
  sortable?: boolean;
}

const classes = ({ number, wide }: Column): string =>
  [number && 'number', wide && 'wide-only'].filter(Boolean).join(' ');

const named = (column: Column): Html | undefined => {
  const names = classes(column);
  return names ? html` class="${names}"` : undefined;
};

const head = (column: Column): Html =>
  html`<th scope="col"${named(column)}>${column.quiet ? html`<span class="visually-hidden">${column.text}</span>` : column.text}</th>`;

/** The cells of one row, for rows that need attributes of their own: wrap them in `<tr>`. */
export const row = (columns: readonly Column[], cells: readonly HtmlValue[]): Html =>
  html`${cells.map((cell, index) => {
    const column = columns[index] ?? { text: '' };
    return index === 0
      ? html`<th scope="row"${named(column)}>${cell}</th>`
      : html`<td${named(column)}>${cell}</td>`;
  })}`;

/** A table that scrolls by itself where it is too wide, so that the page never does. */
export const table = ({ caption, showCaption, columns, rows, foot, sortable }: TableOptions): Html =>
  html`<div class="table-scroll" tabindex="0" role="region" aria-label="${caption}"><table${sortable && html` class="sortable"`}><caption${!showCaption && html` class="visually-hidden"`}>${caption}</caption><thead><tr>${columns.map(head)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${row(columns, cells)}</tr>\n`)}</tbody>${foot && html`<tfoot><tr>${row(columns, foot)}</tr></tfoot>`}</table></div>`;

/** A bar behind or below a number; says nothing to those who hear the page, the number does. @param part 0…1 */
export const share = (part: number): Html =>
  html`<svg class="share" aria-hidden="true"><rect width="${Math.round(Math.max(0, Math.min(1, part)) * 1000) / 10}%" height="100%" rx="2"/></svg>`;

/** Bars of a few values, drawn in the page: no script. @param label what they show, in words */
export const spark = (values: readonly number[], label: string): Html => {
  const most = Math.max(1, ...values);
  const bars = values.map((value, index) => {
    const height = Math.max(value > 0 ? 1 : 0, Math.round((value / most) * 24 * 10) / 10);
    return html`<rect x="${index * 4}" y="${24 - height}" width="3" height="${height}"/>`;
  });
  return html`<svg class="spark" role="img" aria-label="${label}" viewBox="0 0 ${Math.max(1, values.length * 4 - 1)} 24" preserveAspectRatio="none">${bars}</svg>`;
};
