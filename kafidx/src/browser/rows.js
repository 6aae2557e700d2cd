import { cellsOf } from './cells.js';

const MAX_ROWS = 500;
const columns = ['time', 'type', 'site', 'path', 'place', 'device', 'source'];

/** @typedef {{ kind: 'events' | 'dead', record: any }} Item */

/** @param {string} name @param {string} kind */
const badge = (name, kind) => {
  const element = document.createElement('span');
  element.className = `badge ${kind}`;
  element.textContent = name;
  return element;
};

/**
 * @param {'events' | 'dead'} kind
 * @param {any} record
 */
const createRow = (kind, record) => {
  const row = document.createElement('tr');
  row.tabIndex = -1;
  cellsOf(kind, record).forEach((text, index) => {
    const cell = row.insertCell();
    cell.className = text === '' ? `${columns[index]} none` : String(columns[index]);
    cell.append(text);
    if (columns[index] !== 'type') return;
    if (kind === 'dead') cell.append(' ', badge('dead', 'bad'));
    else if (record.bot) cell.append(' ', badge('bot', 'warn'));
  });
  if (kind === 'dead') row.classList.add('dead');
  else if (record.bot) row.classList.add('bot');
  return row;
};

/** @param {Item} item */
const arrivalOf = ({ record }) => String(record.receivedAt ?? record.at ?? '');

/** Events and dead letters come in frames of their own. @param {Item} a @param {Item} b */
const byArrival = (a, b) => Number(arrivalOf(a) > arrivalOf(b)) - Number(arrivalOf(a) < arrivalOf(b));

/**
 * The list, newest first. Rows wait for the next picture of the screen, so that a burst costs one layout.
 * @param {{ table: HTMLTableElement, body: HTMLElement, empty: HTMLElement, open: (kind: string, record: any, row: HTMLElement) => void }} parts
 */
export const createRows = ({ table, body, empty, open }) => {
  /** @type {WeakMap<Element, Item>} */
  const records = new WeakMap();
  /** @type {Item[]} */
  let waiting = [];
  let scheduled = false;

  /** One row can be reached by Tab, the others by the arrow keys. */
  const ensureTabStop = () => {
    if (body.querySelector('tr[tabindex="0"]')) return;
    const first = /** @type {HTMLElement | null} */ (body.firstElementChild);
    if (first) first.tabIndex = 0;
  };

  const render = () => {
    scheduled = false;
    const fresh = waiting.sort(byArrival).slice(-MAX_ROWS).reverse();
    waiting = [];
    const rows = fresh.map((item) => {
      const row = createRow(item.kind, item.record);
      records.set(row, item);
      return row;
    });
    body.prepend(...rows);
    while (body.childElementCount > MAX_ROWS) body.lastElementChild?.remove();
    ensureTabStop();
    table.hidden = body.childElementCount === 0;
    empty.hidden = !table.hidden;
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(render);
  };

  /** @param {EventTarget | null} target */
  const rowOf = (target) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest('tbody tr'));

  /** @param {HTMLElement} row */
  const choose = (row) => {
    const item = records.get(row);
    if (item) open(item.kind, item.record, row);
  };

  /** @param {HTMLElement} row @param {Element | null} next */
  const move = (row, next) => {
    if (!(next instanceof HTMLElement)) return;
    row.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };

  body.addEventListener('click', (event) => {
    const row = rowOf(event.target);
    if (row && !getSelection()?.toString()) choose(row);
  });
  body.addEventListener('keydown', (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    if (event.key === 'Enter') choose(row);
    else if (event.key === 'ArrowDown') move(row, row.nextElementSibling);
    else if (event.key === 'ArrowUp') move(row, row.previousElementSibling);
    else return;
    event.preventDefault();
  });

  render();
  return {
    /** @param {'events' | 'dead'} kind @param {unknown[]} list oldest first */
    add(kind, list) {
      for (const record of list) waiting.push({ kind, record });
      if (waiting.length > 2 * MAX_ROWS) waiting = waiting.slice(-MAX_ROWS);
      schedule();
    },
    clear() {
      waiting = [];
      body.replaceChildren();
      schedule();
    },
  };
};
