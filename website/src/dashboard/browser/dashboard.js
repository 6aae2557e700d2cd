// The dashboard: reads what the address asks for, asks the server once, and shows it.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { visible } from '@pushtech/ui/browser/visible.js';
import { showCard } from './card.js';
import { say, tableName, words } from './context.js';
import { showEmpty } from './empty.js';
import { isShown, showBanner, showFew } from './example.js';
import { onRoom, showGoals } from './goals.js';
import { chartData, createGraph } from './graph.js';
import { showLedger } from './ledger.js';
import { csvLink } from './links.js';
import { ask, Refused, write } from './load.js';
import { showPlaces } from './places.js';
import { go, readState } from './state.js';
import { showTiles } from './tiles.js';
import { createToolbar } from './toolbar.js';
import { isZoneTold, tellZone, zoneHere } from './zone.js';

const LIVE_MS = 5000;

const root = document.getElementById('dashboard');
const part = (name, attributes = {}) => element(name, attributes);

const banner = part('div', { class: 'banner', role: 'note', hidden: true });
const toolbarPlace = part('section', { class: 'toolbar' });
const problem = part('div', { class: 'notice bad', role: 'alert', hidden: true });
const incomplete = part('p', { class: 'notice warn', hidden: true });
const empty = part('div', { class: 'empty', hidden: true });
const few = part('div', { class: 'few', hidden: true });
const tiles = part('section', { class: 'tiles', 'aria-label': words.tiles.label });
const graphPlace = part('div', { class: 'graph' });
const graphFoot = part('footer', { class: 'card-foot' });
const graphCard = element('section', { class: 'panel wide graph-card' }, graphPlace, graphFoot);
const mapPlace = part('div', { class: 'world' });
const goalsPlace = part('section', { class: 'panel' });
const ledgerPlace = part('section', { class: 'panel wide', hidden: true });
const cardPlaces = Object.fromEntries(
  [...Object.keys(facts.cards), 'properties'].map((card) => [
    card,
    part('section', { class: `panel card-${card}` }),
  ]),
);
const mapCard = element('section', { class: 'panel card-map' }, mapPlace);
const grid = element('div', { class: 'grid' });
/** Properties differ between one's own numbers and the example. */
const cards = () => ({ ...facts.cards, properties: view?.properties ?? [] });

const graph = createGraph(graphPlace);
/** Tables that were opened wide, by name; they belong to one state of the page. */
let long = new Map();
let view;
let asking;
let timer;

const metric = () => (readState().metric === 'events' ? 'events' : 'visitors');

/** One table of each card is open: this one of that card, the others as they are. */
const tablesWith = (card, table) => {
  const others = (view?.frame.tables ?? []).filter((name) => !cards()[card].includes(name));
  return [...others, table].join(',');
};

const how = {
  follow: (patch) => follow(patch),
  metric,
  tablesWith,
  tablesOf: (card) => cards()[card],
  longTable: (table) => long.get(table),
  async write(path, method, body) {
    try {
      return await write(path, method, body);
    } catch (error) {
      showProblem(error);
      throw error;
    }
  },
  async showAll(table, limit) {
    try {
      long.set(table, await ask('table', readState(), { table, limit: String(limit) }));
      show();
    } catch (error) {
      showProblem(error);
    }
  },
  showFewer(table) {
    long.delete(table);
    show();
  },
};

const showGraph = () => {
  const { line, frame } = view;
  // Where nothing was before, a line at zero says nothing.
  const lineBefore = view.before?.events === 0 ? undefined : view.lineBefore;
  graphCard.hidden = line === undefined;
  if (!line) return;
  const label = words.graph.label[metric()];
  const zoomed = (from, to) =>
    follow({ range: undefined, from: dateIn(from), to: dateIn(to), open: undefined, value: undefined });
  void graph.show(
    chartData(line, lineBefore, { metric: metric(), zone: frame.tz, label, name: words[metric()], zoomed }),
  );
  graphFoot.replaceChildren(
    ...[
      element('span', { class: 'hint' }, words.graph[line.interval]),
      csvLink('series', label, {}, { ...readState(), open: undefined, value: undefined }),
    ],
  );
};

const dateIn = (at) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: view.frame.tz,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);

/** What had the focus has it again after everything was made anew. */
const keepingFocus = (run) => {
  const key = document.activeElement?.dataset?.key;
  run();
  if (key === undefined || document.activeElement?.dataset?.key === key) return;
  document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
};

const showProblems = () => {
  const { problems } = view;
  incomplete.hidden = problems.length === 0;
  const names = [
    ...new Set(
      problems.map(({ part: name }) => (Object.hasOwn(words.tables, name) ? tableName(name) : name)),
    ),
  ];
  incomplete.textContent = say(words.problems.part, { parts: names.join(', ') });
};

const toolbar = createToolbar(toolbarPlace, how);

const parts = () => [
  () => toolbar.show(view),
  () => showBanner(banner, how),
  showProblems,
  () => showEmpty(empty, view, how),
  () => showFew(few, view, how),
  () =>
    showTiles(tiles, view, {
      metric: metric(),
      pick: (name) => follow({ metric: name === 'visitors' ? undefined : name }),
    }),
  showGraph,
  ...Object.entries(cardPlaces).map(
    ([card, place]) =>
      () =>
        showCard(place, card, view, how),
  ),
  () => showPlaces(mapPlace, view, how),
  () => showGoals(goalsPlace, view, how),
  () => showLedger(ledgerPlace, view),
];

const show = () => {
  problem.hidden = true;
  keepingFocus(() => {
    for (const run of parts()) run();
  });
  const nothing = view.summary?.events === 0;
  for (const place of [graphCard, mapCard, ...Object.values(cardPlaces)]) place.hidden = nothing;
  cardPlaces.properties.hidden = nothing || view.properties.length === 0;
  tiles.hidden = nothing && !view.ever;
  const never = nothing && view.ever === false && !isShown();
  toolbarPlace.hidden = never;
  goalsPlace.hidden = never && view.goals.length === 0;
  ledgerPlace.hidden ||= never && view.ledger.received === 0;
  root.setAttribute('aria-busy', 'false');
  root.dataset.at = String(view.frame.at);
};

const button = (text, run) => {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', run);
  return made;
};

const problemText = (error) => {
  if (!(error instanceof Refused)) return words.problems.failed;
  if (error.status === 401) return words.problems.signIn;
  if (error.field !== undefined) return say(words.problems.query, { field: visible(String(error.field)) });
  return say(words.problems.refused, { message: error.message });
};

const showProblem = (error) => {
  const again =
    error instanceof Refused && error.field !== undefined
      ? button(words.problems.reset, () => location.assign(location.pathname))
      : button(words.problems.retry, () => void load());
  problem.replaceChildren(element('span', {}, problemText(error)), ' ', again);
  problem.hidden = false;
  root.setAttribute('aria-busy', 'false');
};

/** The last half hour goes on by itself, while somebody looks. */
const later = () => {
  clearTimeout(timer);
  if (view?.frame.range !== '30m') return;
  timer = setTimeout(() => (document.hidden ? later() : void load(true)), LIVE_MS);
};

const load = async (quiet = false) => {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  if (!quiet) root.setAttribute('aria-busy', 'true');
  try {
    const answer = await ask('data', readState(), {}, signal);
    view = answer;
    show();
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  }
  if (!signal.aborted) later();
};

/** Another state of the page. */
const follow = (patch) => {
  const onlyMetric = Object.keys(patch).join() === 'metric';
  go(patch);
  if (!('open' in patch) || Object.keys(patch).length > 2) long = new Map();
  if (onlyMetric && view) return show();
  void load();
};

onRoom(() => view && show());
addEventListener('popstate', () => {
  long = new Map();
  void load();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && view?.frame.range === '30m') void load(true);
});

/** Whether the numbers that came are of another zone than the browser's; the server is told for the next time. */
const isElsewhere = () => {
  const { tz, site } = readState();
  const zone = zoneHere();
  if (tz !== undefined || site !== undefined || !zone || isZoneTold()) return false;
  tellZone(zone);
  return facts.view !== undefined && facts.view.frame.tz !== zone;
};

const arrange = () => {
  const { events, properties, places, ...others } = cardPlaces;
  grid.append(
    ...[others.pages, others.sources, mapCard, places, others.devices, events, properties, goalsPlace].filter(
      Boolean,
    ),
  );
  root.append(
    ...[
      banner,
      facts.share !== undefined &&
        element('p', { class: 'notice shared' }, say(words.shared.by, { name: visible(facts.share) })),
      toolbarPlace,
      problem,
      incomplete,
      empty,
      tiles,
      graphCard,
      grid,
      ledgerPlace,
      few,
    ].filter(Boolean),
  );
};

const start = () => {
  arrange();
  if (facts.refusal) return showProblem(new Refused(400, facts.refusal));
  const anew = isElsewhere();
  if (!facts.view || anew) return void load();
  view = facts.view;
  show();
  later();
};

start();
