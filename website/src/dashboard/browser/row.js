// What is known of one row: its own series, and the way to the live stream.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { say, tableName, valueName, words } from './context.js';
import { chartData, createGraph } from './graph.js';
import { csvLink, stateLink } from './links.js';

/** What the live stream can be narrowed to. A page is its path on any host. */
const streamFields = {
  type: (value) => ({ type: value }),
  site: (value) => ({ site: value }),
  country: (value) => ({ country: value }),
  path: (value) => ({ path: value }),
  page: (value) => ({ path: value.slice(value.indexOf('/')) }),
};

const streamAddress = ({ frame, row }) => {
  const narrow = row.value === null ? undefined : streamFields[row.table]?.(row.value);
  const filter = {
    ...(frame.type && { type: frame.type }),
    ...(frame.site && { site: frame.site }),
    ...narrow,
  };
  if (frame.bots === 'exclude') filter.bots = '0';
  return { narrowed: narrow !== undefined, address: `${facts.live}?${new URLSearchParams(filter)}` };
};

const streamLink = (view) => {
  if (!facts.live) return [];
  const { narrowed, address } = streamAddress(view);
  return [
    element('a', { href: address }, narrowed ? words.row.stream : words.row.streamOf),
    narrowed ? undefined : element('span', { class: 'hint' }, words.row.streamHint),
  ];
};

let graph;

/** @param {HTMLElement} place */
export const showRow = (place, view, how) => {
  const { row, frame } = view;
  const name = valueName(row.table, row.value);
  const canvas = element('div', { class: 'row-graph' });
  place.replaceChildren(
    element(
      'p',
      { class: 'row-head' },
      element('strong', { 'data-raw': row.value !== null, dir: 'auto' }, name),
      ...streamLink(view),
      csvLink('series', `${tableName(row.table)}: ${name}`),
      stateLink({ open: undefined, value: undefined }, { 'data-key': 'close row' }, [words.row.close], how),
    ),
    canvas,
  );
  graph?.destroy();
  graph = createGraph(canvas);
  if (!row.line) return;
  const metric = row.line.visitors && how.metric() === 'visitors' ? 'visitors' : 'events';
  void graph.show(
    chartData(row.line, undefined, {
      metric,
      zone: frame.tz,
      label: say(words.row.graph, { value: name }),
      name: words[metric],
    }),
  );
};
