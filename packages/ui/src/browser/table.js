// Tables that are sorted by a click on a column's head: `<table class="sortable">`. Columns of class
// `number` are sorted as numbers; `<data value="1200">1.2K</data>` in a cell counts before its text.
// Importing is enough; `sortable(table)` is for tables that are made later.
import { element } from './element.js';
import { lang } from './facts.js';

const order = new Intl.Collator(lang === 'xx' ? 'en' : lang, { numeric: true });

const parts = new Intl.NumberFormat(lang === 'xx' ? 'en' : lang).formatToParts(12_345.6);
const sign = (type) => parts.find((part) => part.type === type)?.value ?? '';

/** `12,345.6 %` as the page's language writes it → 12345.6; what begins with no number is none. */
const numberOf = (text) =>
  Number.parseFloat(text.replaceAll(sign('group'), '').replace(sign('decimal'), '.'));

const cellValue = (row, column) => {
  const cell = row.cells[column];
  return cell?.dataset.value ?? cell?.querySelector('data')?.value ?? cell?.textContent?.trim() ?? '';
};

/** What is no number, like a dash, comes before all numbers. */
const compareNumbers = (a, b) => {
  const [x, y] = [numberOf(a), numberOf(b)].map((n) => (Number.isNaN(n) ? -Infinity : n));
  return x === y ? 0 : x - y;
};

const sortBy = (table, head) => {
  const now = head.getAttribute('aria-sort');
  // Numbers begin with the most, texts with A.
  const isUp = now ? now === 'descending' : !head.classList.contains('number');
  const direction = isUp ? 1 : -1;
  const compare = head.classList.contains('number') ? compareNumbers : order.compare;
  for (const each of table.tHead.rows[0].cells) each.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
  const rows = [...table.tBodies[0].rows].sort(
    (a, b) => direction * compare(cellValue(a, head.cellIndex), cellValue(b, head.cellIndex)),
  );
  table.tBodies[0].append(...rows);
};

/** @param {HTMLTableElement} table */
export const sortable = (table) => {
  for (const head of table.tHead?.rows[0]?.cells ?? []) {
    if (!head.textContent?.trim() || head.querySelector('button')) continue;
    const button = element('button', { type: 'button', class: 'sort' }, ...head.childNodes);
    button.addEventListener('click', () => sortBy(table, head));
    head.replaceChildren(button);
  }
};

for (const table of document.querySelectorAll('table.sortable')) sortable(table);
