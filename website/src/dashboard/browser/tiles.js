// The numbers that come first.
import { element } from '@pushtech/ui/browser/element.js';
import { change, formatIn, number, say, words } from './context.js';

const text = words.tiles;

/** Whether more is better is the reader's to judge: up and down are told by sign and colour of the sign only. */
const changeOf = (now, before) => {
  const share = before === undefined ? undefined : change(now, before);
  if (share === undefined) return undefined;
  const way = now > before ? 'up' : now < before ? 'down' : 'same';
  const hint = say(text.before, { n: number(before) });
  return element('span', { class: `change ${way}`, title: hint, 'data-raw': true }, share);
};

const tile = ({ name, value, changed, hint, metric, current, pick }) => {
  const inner = [
    element('span', { class: 'tile-name' }, name),
    element('span', { class: 'tile-value' }, element('b', { 'data-raw': true }, value), changed),
    hint && element('span', { class: 'tile-hint' }, hint),
  ];
  if (!metric) return element('div', { class: 'tile' }, ...inner);
  const button = element(
    'button',
    {
      type: 'button',
      class: 'tile',
      'aria-pressed': String(metric === current),
      'data-key': `tile ${metric}`,
    },
    ...inner,
  );
  button.addEventListener('click', () => pick(metric));
  return button;
};

const ratio = (summary) => (summary && summary.visitors > 0 ? summary.events / summary.visitors : undefined);

const rounded = (value) => (value === undefined ? '–' : formatIn().number(Math.round(value * 10) / 10));

/** @param {HTMLElement} place @param {object} view @param {{ metric: string, pick(metric: string): void }} how */
export const showTiles = (place, { summary, before, bots, frame }, { metric, pick }) => {
  const shown = { current: metric, pick };
  const value = (name) => (summary ? number(summary[name]) : '–');
  const changed = (name) => (summary && before ? changeOf(summary[name], before[name]) : undefined);
  place.replaceChildren(
    tile({
      ...{
        ...shown,
        name: text.visitors,
        value: value('visitors'),
        changed: changed('visitors'),
        metric: 'visitors',
      },
      hint: summary && !summary.visitorsExact ? text.notExact : undefined,
    }),
    tile({
      ...shown,
      name: text.events,
      value: value('events'),
      changed: changed('events'),
      metric: 'events',
    }),
    tile({
      ...{ name: text.perVisitor, value: rounded(ratio(summary)) },
      changed: ratio(before) === undefined ? undefined : changeOf(ratio(summary) ?? 0, ratio(before)),
    }),
    tile({
      ...{ name: text.bots, value: bots ? number(bots.events) : '–' },
      hint: frame.bots === 'exclude' ? text.botsOut : text.botsIn,
    }),
  );
};
