import { createDetail } from './detail.js';
import { createFilterForm } from './filter-form.js';
import { createRows } from './rows.js';
import { createStream } from './stream.js';
import { visible } from './visible.js';

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

let paused = false;
let connected = false;
let skipped = 0;

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

const showConnected = () => (paused ? showState('paused', 'Paused') : showState('live', 'Live'));

/** @param {number} n */
const showSkipped = (n) => {
  skipped = n;
  part('skipped').hidden = n === 0;
  part('skipped').textContent = `${n.toLocaleString()} skipped`;
};

const detail = createDetail({ follow: (id) => form.set('id', id) });
const rows = createRows({
  table: /** @type {HTMLTableElement} */ (part('table')),
  body: part('rows'),
  empty: part('empty'),
  open: detail.open,
});

const clear = () => {
  rows.clear();
  showSkipped(0);
};

const form = createFilterForm(/** @type {HTMLFormElement} */ (part('filter')), (filter) => {
  clear();
  showProblem();
  stream.send({ filter });
});

/** @param {{ events: number, dead: number }} rate */
const showRate = ({ events, dead }) => {
  part('rate').textContent = events.toLocaleString();
  part('dead-rate').hidden = dead === 0;
  /** @type {HTMLElement} */ (part('dead-rate').firstElementChild).textContent = dead.toLocaleString();
};

/** @param {any} message */
const take = (message) => {
  if (message.rate) showRate(message.rate);
  else if (message.skipped) showSkipped(skipped + message.skipped);
  else if (message.error) showProblem(message.error.message);
  else if (!paused && message.events) rows.add('events', message.events);
  else if (!paused && message.dead) rows.add('dead', message.dead);
};

const stream = createStream({
  address() {
    const query = new URLSearchParams(form.read()).toString();
    return `${location.origin.replace(/^http/, 'ws')}/kafidx/stream${query && `?${query}`}`;
  },
  opened() {
    connected = true;
    showProblem();
    showConnected();
    if (paused) stream.send({ pause: true });
  },
  message: take,
  waiting(ms) {
    connected = false;
    showState('lost', `Connection lost, next try in ${Math.max(1, Math.round(ms / 1000))} s`);
  },
});

const togglePause = () => {
  paused = !paused;
  stream.send({ pause: paused });
  part('pause').setAttribute('aria-pressed', String(paused));
  part('pause').textContent = paused ? 'Resume' : 'Pause';
  if (connected) showConnected();
};

part('pause').addEventListener('click', togglePause);
part('clear').addEventListener('click', clear);
part('fold').addEventListener('click', ({ currentTarget }) => {
  const button = /** @type {HTMLElement} */ (currentTarget);
  button.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') === 'false'));
});
addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key !== ' ' || event.ctrlKey || event.metaKey || target.closest('input, button, a, select'))
    return;
  event.preventDefault();
  togglePause();
});
