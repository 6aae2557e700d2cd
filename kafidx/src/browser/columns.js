import { element, part, words } from './words.js';

/** Least width in rem, and the share of what is left. @type {Record<string, [least: number, share: number]>} */
const widths = {
  time: [7.25, 0],
  type: [9.5, 0],
  site: [8, 1],
  path: [10, 2.6],
  place: [7, 1],
  device: [7, 1],
  source: [6, 1],
  title: [8, 1.6],
  visitor: [9, 0.4],
  session: [7, 0.6],
  via: [5, 0],
  ip: [8, 0],
  properties: [10, 2.4],
  id: [18, 0],
};

export const columnNames = Object.keys(widths);
export const defaultColumns = ['time', 'type', 'site', 'path', 'place', 'device', 'source'];

/** As many of the chosen ones as there is room for, the first two at least. @param {string[]} chosen @param {number} rem the room */
export const fittingColumns = (chosen, rem) => {
  let used = 0;
  return chosen.filter((name, index) => {
    used += widths[name]?.[0] ?? 0;
    return index < 2 || used <= rem;
  });
};

/** For `grid-template-columns`. @param {string[]} columns */
export const columnTemplate = (columns) =>
  columns
    .map((name) => {
      const [least, share] = widths[name] ?? [6, 1];
      return share === 0 ? `${least}rem` : `minmax(${least}rem, ${share}fr)`;
    })
    .join(' ');

/**
 * The menu of columns: boxes to tick, in the order of the table.
 * @param {{ chosen: string[], changed: (columns: string[]) => void }} options
 */
export const createColumnMenu = ({ chosen, changed }) => {
  const menu = /** @type {HTMLDetailsElement} */ (part('columns'));
  const boxes = columnNames.map((name) => {
    const box = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', value: name }));
    box.checked = chosen.includes(name);
    return box;
  });
  const take = () => changed(boxes.filter(({ checked }) => checked).map(({ value }) => value));

  part('column-list').replaceChildren(
    ...boxes.map((box) => element('label', { class: 'check' }, box, words.cols[box.value])),
  );
  part('column-list').addEventListener('change', (event) => {
    // Something has to be seen.
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (!boxes.some(({ checked }) => checked)) box.checked = true;
    take();
  });
  part('columns-reset').addEventListener('click', () => {
    for (const box of boxes) box.checked = defaultColumns.includes(box.value);
    take();
  });
  addEventListener('pointerdown', ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(/** @type {Node} */ (relatedTarget))) menu.open = false;
  });
  return {
    /** @returns {boolean} whether it was open */
    close() {
      if (!menu.open) return false;
      menu.open = false;
      menu.querySelector('summary')?.focus();
      return true;
    },
  };
};
