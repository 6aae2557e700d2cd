import { visible } from '@pushtech/ui/browser/visible.js';
import { createColumnMenu } from './columns.js';
import { copyButton } from './copy.js';
import { createDetail } from './detail.js';
import { createFilterBar } from './filter-bar.js';
import { listenToKeys } from './keys.js';
import { createList } from './list.js';
import { BATCH, createPause } from './pause.js';
import { createRateGraph } from './rate-graph.js';
import { createSeenValues } from './seen-values.js';
import { createStream } from './stream.js';
import { keepColumns, keepView, readView } from './view-state.js';
import { facts, number, part, say, words } from './words.js';

const view = readView();
let connected = false;
let skipped = 0;
let rate = 0;

/** @param {string} [problem] */
const showProblem = (problem) => {
  part('problem').hidden = problem === undefined;
  part('problem').textContent = problem === undefined ? '' : visible(problem);
};

/** @param {string} state @param {string} text */
const showState = (state, text) => {
  part('state').dataset.state = state;
  part('state').textContent = text;
};

const showConnected = () => (view.paused ? showState('paused', words.paused) : showState('live', words.live));

/** @param {number} n */
const showSkipped = (n) => {
  skipped = n;
  part('skipped').hidden = n === 0;
  part('skipped').textContent = say(words.skipped, { n });
};

/** An empty list says why it is empty. */
const showEmpty = () => {
  const filtered = rate > 0 && Object.keys(filter.read()).length > 0 && !view.paused;
  if (part('empty').hidden !== list.size > 0) part('empty').hidden = list.size > 0;
  if (list.size > 0) return;
  part('empty-title').textContent = filtered ? words.filteredTitle : words.waitingTitle;
  part('empty-text').textContent = filtered ? words.filteredText : words.waitingText;
  part('show-all').hidden = !filtered;
};

const detail = createDetail({
  follow: (id) => filter.set({ id }),
  closed: () => list.focus(),
  failed: showProblem,
});
const list = createList({ columns: view.columns, open: detail.open, changed: () => showEmpty() });
const graph = createRateGraph();
const seen = createSeenValues(facts.types);

const pause = createPause({
  paused: view.paused,
  show(items) {
    for (const { kind, record } of items) list.add(kind, [record]);
  },
  skip: (n) => showSkipped(skipped + n),
  changed(paused) {
    view.paused = paused;
    keepView(view);
    if (connected) showConnected();
  },
});

const clear = () => {
  list.clear();
  pause.clear();
  showSkipped(0);
};

const menu = createColumnMenu({
  chosen: view.columns,
  changed(columns) {
    view.columns = columns;
    keepColumns(columns);
    keepView(view);
    list.setColumns(columns);
  },
});

const filter = createFilterBar({
  seen,
  filter: view.filter,
  changed(wanted) {
    view.filter = wanted;
    keepView(view);
    clear();
    showProblem();
    stream.send({ filter: wanted });
  },
});

/** @param {{ events: number, dead: number }} told */
const showRate = ({ events, dead }) => {
  rate = events + dead;
  part('rate').textContent = number(events);
  part('dead-rate').hidden = dead === 0;
  /** @type {HTMLElement} */ (part('dead-rate').firstElementChild).textContent = number(dead);
  graph.add({ events, dead });
  showEmpty();
};

/** @param {any} message */
const take = (message) => {
  if (message.rate) showRate(message.rate);
  else if (message.skipped) showSkipped(skipped + message.skipped);
  else if (message.error)
    showProblem(message.error.code === 'log_down' ? words.logDown : message.error.message);
  else if (message.dead) pause.take('dead', message.dead);
  else if (message.events) {
    seen.add(message.events);
    pause.take('events', message.events);
  }
};

const stream = createStream({
  address() {
    const query = new URLSearchParams(filter.read()).toString();
    return `${location.origin.replace(/^http/, 'ws')}/kafidx/stream${query && `?${query}`}`;
  },
  opened() {
    connected = true;
    showProblem();
    showConnected();
  },
  message: take,
  waiting(ms) {
    connected = false;
    showState('lost', say(words.lost, { n: Math.max(1, Math.round(ms / 1000)) }));
  },
});

const help = /** @type {HTMLDialogElement} */ (part('help'));
part('help-open').addEventListener('click', () => help.showModal());
part('clear').addEventListener('click', clear);
part('show-all').addEventListener('click', () => filter.set({}));
copyButton(part('share'), () => location.href, showProblem);

/** With the panel open, its record follows. Arrows scroll the panel while it has the focus. @param {number} by */
const move = (by) => {
  const item = list.move(by);
  if (item && detail.isOpen()) detail.show(item);
  else list.focus();
};
const byArrow = (/** @type {number} */ by) => () => !detail.hasFocus() && move(by);
listenToKeys({
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: byArrow(1),
  ArrowUp: byArrow(-1),
  Enter: () => list.openChosen(),
  ' ': pause.toggle,
  n: () => pause.step(1),
  b: () => pause.step(BATCH),
  '/': filter.focus,
  '?': () => help.showModal(),
  Escape: () => menu.close() || detail.close(),
});
