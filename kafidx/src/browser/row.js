import { cellOf } from './cells.js';
import { words } from './words.js';

/** @typedef {{ kind: 'events' | 'dead', record: any, key: number }} Item */

/** @param {{ record: any }} item */
const arrivalOf = ({ record }) => String(record.receivedAt ?? record.at ?? '');

/** Events and dead letters come in frames of their own. @param {{ record: any }} a @param {{ record: any }} b */
export const byArrival = (a, b) => Number(arrivalOf(a) > arrivalOf(b)) - Number(arrivalOf(a) < arrivalOf(b));

/** @param {string} text @param {string} look */
const badge = (text, look) => {
  const made = document.createElement('span');
  made.className = `badge ${look}`;
  made.textContent = text;
  return made;
};

/** @type {Map<string, HTMLElement>} */
const templates = new Map();

/** An empty row, made once for each choice of columns: copying it costs half of making it. @param {string[]} columns */
const templateOf = (columns) => {
  const known = templates.get(columns.join());
  if (known) return known;
  const row = document.createElement('div');
  row.setAttribute('role', 'row');
  row.setAttribute('aria-selected', 'false');
  for (const column of columns) {
    const cell = document.createElement('div');
    cell.setAttribute('role', 'gridcell');
    cell.className = column;
    if (column === 'type') cell.append(document.createElement('span'));
    row.append(cell);
  }
  templates.set(columns.join(), row);
  return row;
};

/** @param {Element} cell @param {Item} item @param {string} column */
const fill = (cell, { kind, record }, column) => {
  const text = cellOf(kind, record, column);
  if (text === '') cell.classList.add('none');
  const place = column === 'type' ? /** @type {Element} */ (cell.firstElementChild) : cell;
  if (text !== '') place.append(text);
  if (column !== 'type') return;
  if (kind === 'dead') cell.append(badge(words.dead, 'bad'));
  else if (record.bot) cell.append(badge(words.bot, 'warn'));
};

/** One row of the list. Whatever a sender said becomes text. @param {Item} item @param {string[]} columns */
export const createRow = (item, columns) => {
  const row = /** @type {HTMLElement} */ (templateOf(columns).cloneNode(true));
  row.id = `row-${item.key}`;
  row.className = item.kind === 'dead' ? 'row dead' : item.record.bot ? 'row bot' : 'row';
  for (const [index, column] of columns.entries()) {
    fill(/** @type {Element} */ (row.children[index]), item, column);
  }
  return row;
};
