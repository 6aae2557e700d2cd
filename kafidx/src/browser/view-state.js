import { columnNames, defaultColumns } from './columns.js';
import { filterNames, filterText, readFilterText } from './filter-text.js';

const KEPT = 'pushtech-columns';

/** @param {string | null} text @returns {string[] | undefined} */
const readColumns = (text) => {
  const names = (text ?? '').split(',').filter((name) => columnNames.includes(name));
  return names.length > 0 ? [...new Set(names)] : undefined;
};

/** Storage may be forbidden. @template T @param {() => T} work @returns {T | undefined} */
const attempt = (work) => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** What was asked for: the address says it; columns that it does not name are those chosen last time. */
export const readView = () => {
  const query = new URLSearchParams(location.search);
  /** @type {Record<string, string>} */
  const asked = {};
  for (const name of filterNames) {
    const value = query.get(name) ?? '';
    if (value !== '') asked[name] = value;
  }
  const kept = attempt(() => localStorage.getItem(KEPT)) ?? null;
  return {
    // As it was asked, right or wrong: the bar says what is wrong with it.
    filter: asked,
    columns: readColumns(query.get('columns')) ?? readColumns(kept) ?? [...defaultColumns],
    paused: query.get('paused') === '1',
  };
};

/**
 * The page's address always says what is to be seen, so that it can be shared.
 * @param {{ filter: Record<string, string>, columns: string[], paused: boolean }} view
 */
export const keepView = ({ filter, columns, paused }) => {
  const { filter: sound } = readFilterText(filterText(filter));
  const query = new URLSearchParams(sound);
  if (columns.join() !== defaultColumns.join()) query.set('columns', columns.join());
  if (paused) query.set('paused', '1');
  // As people write it: these signs need no escape in a query.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  history.replaceState(null, '', text === '' ? location.pathname : `?${text}`);
};

/** @param {string[]} columns */
export const keepColumns = (columns) => attempt(() => localStorage.setItem(KEPT, columns.join()));
