import { columnTemplate, fittingColumns } from './columns.js';
import { byArrival, createRow } from './row.js';
import { element, part, say, words } from './words.js';

/** Rows that stay; the oldest go. */
const MOST_ROWS = 2000;
/** Rows above and below what is seen that are there too. */
const SPARE = 4;
/** A batch of rows is spread over some pictures: each costs less, and the list flows. Of many at once a quarter is taken. */
const FRAME_ROWS = 8;

/** As in list.css. */
const NARROW_REM = 36;

/** @typedef {import('./row.js').Item} Item */

/**
 * The list, newest first. Only rows that can be seen are elements; rows wait for the next picture of the screen, so that
 * a burst costs one layout. Who has scrolled down keeps what is being read in place.
 * @param {{ columns: string[], open: (item: Item) => void, changed: () => void }} options
 */
export const createList = ({ columns, open, changed }) => {
  const grid = part('table');
  const body = part('rows');
  const sheet = part('sheet');
  const newer = part('newer');
  /** @type {Item[]} */
  let items = [];
  /** @type {Item[]} newest last */
  let coming = [];
  /** @type {Map<Item, HTMLElement>} */
  let shown = new Map();
  /** @type {Item | undefined} */
  let chosen;
  let shownColumns = columns;
  let unseen = 0;
  let keys = 0;
  let scheduled = false;
  let height = 28;
  let room = 0;
  let remPx = 16;

  /** On a phone time and type have a line of their own. @param {number} rem */
  const columnsFor = (rem) => {
    if (rem >= NARROW_REM) return fittingColumns(columns, rem);
    const own = columns.filter((name) => name === 'time' || name === 'type');
    return [
      ...own,
      ...fittingColumns(
        columns.filter((name) => !own.includes(name)),
        rem,
      ),
    ];
  };

  /** Layout is read here only: not between the changes of a picture. */
  const measure = () => {
    remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    height = (Number.parseFloat(getComputedStyle(grid).getPropertyValue('--row')) || 1.75) * remPx;
    room = grid.clientHeight;
    shownColumns = columnsFor(grid.clientWidth / remPx);
    grid.style.setProperty('--columns', columnTemplate(shownColumns));
    part('head').replaceChildren(
      ...shownColumns.map((name) => element('div', { role: 'columnheader', class: name }, words.cols[name])),
    );
    shown = new Map();
    sheet.replaceChildren();
    schedule();
  };

  /** @param {Item} item */
  const rowOf = (item) => {
    const row = shown.get(item) ?? createRow(item, shownColumns);
    const selected = String(item === chosen);
    if (row.getAttribute('aria-selected') !== selected) row.setAttribute('aria-selected', selected);
    return row;
  };

  /** @param {number} top @returns {number} where the list is to be scrolled to */
  const takeComing = (top) => {
    if (coming.length === 0) return top;
    const n = Math.max(FRAME_ROWS, Math.ceil(coming.length / 4));
    const fresh = coming.sort(byArrival).splice(0, n).reverse();
    if (coming.length > 0) schedule();
    items = fresh.concat(items).slice(0, MOST_ROWS);
    if (top <= height) return top;
    unseen += fresh.length;
    return top + fresh.length * height;
  };

  /** @param {number} top */
  const showNewer = (top) => {
    if (top <= height) unseen = 0;
    if (newer.hidden !== (unseen === 0)) newer.hidden = unseen === 0;
    if (unseen > 0) newer.textContent = say(words.newer, { n: unseen });
  };

  const render = () => {
    scheduled = false;
    const before = grid.scrollTop;
    const top = takeComing(before);
    const first = Math.max(0, Math.floor(top / height) - SPARE);
    const seen = items.slice(first, Math.ceil((top + room) / height) + SPARE);
    const rows = new Map(seen.map((item) => [item, rowOf(item)]));
    for (const [item, row] of shown) if (!rows.has(item)) row.remove();
    shown = rows;
    let next = sheet.firstElementChild;
    for (const row of rows.values()) {
      if (row === next) next = next.nextElementSibling;
      else sheet.insertBefore(row, next);
    }
    const tall = `${items.length * height}px`;
    if (body.style.height !== tall) body.style.height = tall;
    if (top !== before) grid.scrollTop = top;
    sheet.style.transform = `translateY(${first * height}px)`;
    if (chosen && rows.has(chosen)) grid.setAttribute('aria-activedescendant', `row-${chosen.key}`);
    else if (chosen) grid.removeAttribute('aria-activedescendant');
    grid.dataset.rows = String(items.length);
    showNewer(top);
    changed();
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(render);
  };

  /** @param {number} index */
  const reveal = (index) => {
    const top = index * height;
    const head = part('head').offsetHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + height > grid.scrollTop + room - head) grid.scrollTop = top + height - room + head;
  };

  grid.addEventListener('scroll', schedule, { passive: true });
  grid.addEventListener('click', ({ target }) => {
    const row = /** @type {Element} */ (target).closest('#sheet > .row');
    const item = [...shown].find(([, one]) => one === row)?.[0];
    if (!item || getSelection()?.toString()) return;
    chosen = item;
    schedule();
    open(item);
  });
  newer.addEventListener('click', () => {
    grid.scrollTop = 0;
    grid.focus();
  });
  new ResizeObserver(measure).observe(grid);

  return {
    get size() {
      return items.length + coming.length;
    },
    /** @param {'events' | 'dead'} kind @param {any[]} records oldest first */
    add(kind, records) {
      for (const record of records) coming.push({ kind, record, key: keys++ });
      if (coming.length > 2 * MOST_ROWS) coming = coming.slice(-MOST_ROWS);
      schedule();
    },
    clear() {
      items = [];
      coming = [];
      chosen = undefined;
      unseen = 0;
      grid.scrollTop = 0;
      schedule();
    },
    /** To the next older (1) or newer (-1) row; the first step goes to the newest. @param {number} by */
    move(by) {
      const at = chosen ? items.indexOf(chosen) : -1;
      const index = at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by));
      chosen = items[index];
      if (chosen) reveal(index);
      schedule();
      return chosen;
    },
    openChosen() {
      if (chosen) open(chosen);
    },
    /** @param {string[]} wanted */
    setColumns(wanted) {
      columns = wanted;
      measure();
    },
    focus: () => grid.focus(),
  };
};
