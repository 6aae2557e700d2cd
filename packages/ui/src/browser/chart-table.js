// The same numbers as a table, for those who hear a page or want to read exactly. Made when it is opened.
import { element } from './element.js';

const row = ({ at, series }, index, { moment, number }) =>
  element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('time', {}, moment(at[index]))),
    ...series.map(({ values }) =>
      element('td', { class: 'number' }, values[index] === null ? '–' : number(values[index])),
    ),
  );

const tableOf = (data, how) =>
  element(
    'table',
    { 'aria-label': data.label },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, how.ui.time),
        ...data.series.map(({ name }) => element('th', { scope: 'col', class: 'number' }, name)),
      ),
    ),
    element('tbody', {}, ...data.at.map((_, index) => row(data, index, how))),
  );

export const createChartTable = (current, how) => {
  const scroller = element('div', {
    class: 'table-scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': how.ui.asTable,
  });
  const details = element(
    'details',
    { class: 'chart-table' },
    element('summary', {}, how.ui.asTable),
    scroller,
  );
  const changed = () => {
    if (details.open) scroller.replaceChildren(tableOf(current(), how));
  };
  details.addEventListener('toggle', changed);
  return { element: details, changed };
};
