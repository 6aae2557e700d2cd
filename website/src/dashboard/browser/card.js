// A card with tables, one of them open at a time. A row opens its own series below itself.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { isOwnName, number, tableName, valueName, words } from './context.js';
import { csvLink, stateLink } from './links.js';
import { showRow } from './row.js';

const keyOf = (table, value) => JSON.stringify([table, value]);

const isOpen = ({ row }, table, value) => row !== undefined && row.table === table && row.value === value;

/** What the address says when this row is opened, or closed again. */
const toggled = (view, table, value) =>
  isOpen(view, table, value)
    ? { open: undefined, value: undefined }
    : { open: table, value: value === null ? undefined : value };

const barRow = (view, table, [value, events, visitors], most, how) => {
  const open = isOpen(view, table, value);
  const raw = value !== null && table !== 'country';
  const link = stateLink(
    toggled(view, table, value),
    {
      class: 'row-link',
      'aria-expanded': String(open),
      'data-key': keyOf(table, value),
      'data-raw': raw,
      dir: 'auto',
    },
    [valueName(table, value)],
    how,
  );
  const tr = element(
    'tr',
    { class: open ? 'open' : undefined },
    element('th', { scope: 'row', class: 'bar-cell' }, link),
    visitors !== undefined && element('td', { class: 'number', 'data-raw': true }, number(visitors)),
    element('td', { class: 'number', 'data-raw': true }, number(events)),
  );
  tr.style.setProperty('--bar', `${most > 0 ? (100 * events) / most : 0}%`);
  return tr;
};

const openedRow = (view, columns, how) => {
  const cell = element('td', { colspan: columns });
  showRow(cell, view, how);
  return element('tr', { class: 'opened' }, cell);
};

const rowsOf = (view, table, { rows, other }, how) => {
  const withVisitors = rows.some((row) => row.length === 3);
  const columns = withVisitors ? 3 : 2;
  const most = Math.max(0, ...rows.map(([, events]) => events));
  const shown = rows.flatMap((row) => {
    const tr = barRow(view, table, row, most, how);
    return isOpen(view, table, row[0]) ? [tr, openedRow(view, columns, how)] : [tr];
  });
  // A row that is open but not among the first is shown at the end.
  const beyond = view.row?.table === table && !rows.some(([value]) => value === view.row.value);
  if (beyond) shown.push(openedRow(view, columns, how));
  if (other > 0)
    shown.push(
      element(
        'tr',
        { class: 'others' },
        element('th', { scope: 'row' }, words.other),
        withVisitors && element('td'),
        element('td', { class: 'number', 'data-raw': true }, number(other)),
      ),
    );
  return { shown, withVisitors };
};

const tableOf = (view, table, data, how) => {
  const { shown, withVisitors } = rowsOf(view, table, data, how);
  const head = (text) => element('th', { scope: 'col', class: 'number' }, text);
  return element(
    'table',
    { class: 'bars', 'aria-label': tableName(table), 'data-raw': isOwnName(table) },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col', 'data-raw': isOwnName(table) }, tableName(table)),
        withVisitors && head(words.visitors),
        head(words.events),
      ),
    ),
    element('tbody', {}, ...shown),
  );
};

const ALL = 5000;

const foot = (table, data, { all, showAll, showFewer }) => {
  const more = data.other > 0 && !all;
  const button = (text, run) => {
    const made = element(
      'button',
      { type: 'button', class: 'plain small', 'data-key': `all ${table}` },
      text,
    );
    made.addEventListener('click', run);
    return made;
  };
  return element(
    'footer',
    { class: 'card-foot' },
    more ? button(words.all, () => showAll(table, ALL)) : undefined,
    all ? button(words.fewer, () => showFewer(table)) : undefined,
    csvLink(table, tableName(table), { limit: '10000' }),
  );
};

const tab = (table, current, how, card) =>
  stateLink(
    { tables: how.tablesWith(card, table), open: undefined, value: undefined },
    {
      class: 'card-tab',
      'aria-current': table === current ? 'true' : undefined,
      'data-key': `tab ${table}`,
      'data-raw': isOwnName(table),
    },
    [tableName(table)],
    how,
  );

const nothing = (table) =>
  element(
    'p',
    { class: 'nothing' },
    words.noRows,
    words.noRowsHint[table] ? ` ${words.noRowsHint[table]}` : '',
  );

/** @param {HTMLElement} place @param {string} card @param {object} view */
export const showCard = (place, card, view, how) => {
  const tables = how.tablesOf(card).filter((table) => !(facts.oneSite && table === 'site'));
  const current = tables.find((table) => view.frame.tables.includes(table)) ?? tables[0];
  const all = how.longTable(current);
  const data = all ?? shortened(view.tables[current]);
  const title = words.cards[card];
  place.replaceChildren(
    element(
      'header',
      { class: 'card-head' },
      element('h2', {}, title),
      element(
        'nav',
        { class: 'card-tabs', 'aria-label': title },
        ...tables.map((table) => tab(table, current, how, card)),
      ),
    ),
    ...(data && data.rows.length > 0
      ? [
          element(
            'div',
            {
              class: all ? 'rows long' : 'rows',
              tabindex: all ? '0' : undefined,
              role: all ? 'region' : undefined,
              'aria-label': all ? tableName(current) : undefined,
            },
            tableOf(view, current, data, how),
          ),
          foot(current, data, { all, ...how }),
        ]
      : [nothing(current)]),
  );
};

const SHORT = 10;

/** Countries come all at once, for the map. */
const shortened = (data) => {
  if (!data || data.rows.length <= SHORT) return data;
  const rows = data.rows.slice(0, SHORT);
  const hidden = data.rows.slice(SHORT).reduce((sum, [, events]) => sum + events, 0);
  return { ...data, rows, other: data.other + hidden };
};
