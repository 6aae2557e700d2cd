// Links to other states of this page, and to its tables as files.
import { element } from '@pushtech/ui/browser/element.js';
import { say, words } from './context.js';
import { addressFor } from './load.js';
import { addressOf, changed, readState } from './state.js';

/** A link that works in another window, and here without a new page. */
export const stateLink = (patch, attributes, children, { follow }) => {
  const link = element('a', { ...attributes, href: addressOf(changed(patch)) }, ...children);
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    follow(patch);
  });
  return link;
};

/** @param {string} table its name for the server @param {string} label its name for people */
export const csvLink = (table, label, more = {}, state = readState()) =>
  element(
    'a',
    {
      class: 'csv',
      href: addressFor('table.csv', state, { table, ...more }),
      download: true,
      'aria-label': say(words.csvOf, { table: label }),
      'data-key': `csv ${table}`,
    },
    words.csv,
  );
