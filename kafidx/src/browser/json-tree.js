import { visible } from '@pushtech/ui/browser/visible.js';
import { element, say, words } from './words.js';

/** So many members are shown at a time, and so deep it is open at first. */
const MEMBERS = 100;
const OPEN_DEPTH = 2;
const CUT = 2000;

/** @param {unknown} value */
const leaf = (value) => {
  const kind = value === null ? 'null' : typeof value;
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, CUT)) : String(value);
  return element('span', { class: `json-${kind}` }, visible(text) + (text.length > CUT ? '…' : ''));
};

/** @param {unknown} value @returns {value is object} */
const isBranch = (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** @param {object} value */
const outline = (value) =>
  Array.isArray(value) ? `[ ${value.length} ]` : `{ ${Object.keys(value).length} }`;

/** @param {string} name @param {unknown} value @param {number} depth @returns {HTMLElement} */
const member = (name, value, depth) => {
  const key = element('span', { class: 'json-key' }, visible(name.slice(0, CUT)));
  if (!isBranch(value)) {
    const shown =
      typeof value === 'object' && value !== null
        ? element('span', { class: 'json-null' }, Array.isArray(value) ? '[]' : '{}')
        : leaf(value);
    return element('div', { class: 'json-leaf' }, key, ' ', shown);
  }
  const summary = element('summary', {}, key, ' ', element('span', { class: 'json-null' }, outline(value)));
  const details = /** @type {HTMLDetailsElement} */ (element('details', {}, summary));
  // Made when it is opened: records may be deep.
  const fill = () => {
    if (details.childElementCount === 1)
      details.append(element('div', { class: 'json-kids' }, ...members(value, depth + 1)));
  };
  details.addEventListener('toggle', fill);
  details.open = depth < OPEN_DEPTH;
  if (details.open) fill();
  return details;
};

/** @param {object} value @param {number} depth @param {number} [from] @returns {HTMLElement[]} */
const members = (value, depth, from = 0) => {
  const entries = Object.entries(value);
  const shown = entries.slice(from, from + MEMBERS).map(([name, inner]) => member(name, inner, depth));
  const left = entries.length - from - MEMBERS;
  if (left <= 0) return shown;
  const more = element('button', { type: 'button', class: 'plain' }, say(words.more, { n: left }));
  more.addEventListener('click', () => more.replaceWith(...members(value, depth, from + MEMBERS)));
  return [...shown, more];
};

/** A record as a tree that opens and closes; all in it is text. @param {unknown} record */
export const jsonTree = (record) =>
  isBranch(record) ? members(record, 0) : [element('div', { class: 'json-leaf' }, leaf(record))];
