// Goals: how many reached them, and where they came from.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { visible } from '@pushtech/ui/browser/visible.js';
import { change, formatIn, number, percent, say, valueName, words } from './context.js';
import { openGoalForm } from './goal-form.js';
import { csvLink, stateLink } from './links.js';
import { readState } from './state.js';

const text = words.goals;

const button = (label, run, attributes = {}) => {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', run);
  return made;
};

const phone = matchMedia('(max-width: 48rem)');

/** What has no room on a phone. */
const aside = (made) => (phone.matches ? undefined : made);

/** What must hold, in one line. */
const ruleText = ({ type, site, conditions }) =>
  [
    type,
    ...conditions.map(({ field, is, value }) => `${field} ${text.form.comparisons[is]} ${visible(value)}`),
    ...(site === undefined ? [] : [site]),
  ].join(' · ');

const since = (goal, zone) =>
  goal.fromBeginning ? text.beginning : say(text.since, { at: formatIn(zone).dateTime(goal.createdAt) });

const share = (rate) => (rate === undefined ? '–' : percent(rate));

const cell = (value) => element('td', { class: 'number', 'data-raw': true }, value);

const goalRow = (goal, view, how) => {
  const open = view.goal?.id === goal.id;
  const link = stateLink(
    { goal: open ? undefined : goal.id },
    { class: 'row-link', 'aria-expanded': String(open), 'data-key': `goal ${goal.id}`, 'data-raw': true },
    [visible(goal.name)],
    how,
  );
  const grown =
    goal.before && goal.events !== undefined ? change(goal.events, goal.before.events) : undefined;
  const tr = element(
    'tr',
    { class: open ? 'open' : undefined },
    element(
      'th',
      { scope: 'row', class: 'bar-cell' },
      link,
      element(
        'span',
        { class: 'hint' },
        element('span', { 'data-raw': true }, ruleText(goal)),
        ' · ',
        since(goal, view.frame.tz),
      ),
    ),
    cell(goal.events === undefined ? '–' : number(goal.events)),
    aside(cell(goal.visitors === undefined ? '–' : number(goal.visitors))),
    cell(share(goal.rate)),
    view.frame.before && aside(cell(grown ?? '–')),
  );
  tr.style.setProperty('--bar', `${100 * (goal.rate ?? 0)}%`);
  return tr;
};

/** The rest is in the file. */
const SHORT = 10;

const sourceTable = (label, table, csv, rows) => {
  const body = rows
    .slice(0, SHORT)
    .map(({ value, visitors, of, rate }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', 'data-raw': value !== null }, valueName(table, value)),
        cell(`${number(visitors)} / ${number(of)}`),
        cell(share(rate)),
      ),
    );
  const head = (name) => element('th', { scope: 'col', class: 'number' }, name);
  return element(
    'div',
    {},
    element(
      'table',
      { 'aria-label': label },
      element(
        'thead',
        {},
        element('tr', {}, element('th', { scope: 'col' }, label), head(text.visitors), head(text.rate)),
      ),
      element('tbody', {}, ...body),
    ),
    element('p', { class: 'card-foot' }, csvLink(csv, label)),
  );
};

/** Asks once more before it removes, where the buttons were. */
const askRemove = (place, goal, view, how) => {
  const sure = button(text.remove, async () => {
    await how.write(`goals/${encodeURIComponent(goal.id)}`, 'DELETE');
    how.follow({ goal: undefined });
  });
  const cancel = button(text.form.cancel, () => place.replaceWith(goalActions(goal, view, how)));
  place.replaceChildren(
    element('span', {}, say(text.removeSure, { name: visible(goal.name) })),
    sure,
    cancel,
  );
  cancel.focus();
};

const goalActions = (goal, view, how) => {
  const place = element('p', { class: 'actions' });
  place.append(
    button(text.edit, () => openGoalForm(goal, view, how), { 'data-key': 'edit goal' }),
    button(text.remove, () => askRemove(place, goal, view, how), { 'data-key': 'remove goal' }),
  );
  return place;
};

const mayChange = () => facts.mayWrite && readState().data !== 'example';

const openedGoal = (goal, view, how) => {
  const { sources, campaigns } = view.goal;
  return element(
    'tr',
    { class: 'opened' },
    element(
      'td',
      { colspan: phone.matches ? 3 : view.frame.before ? 5 : 4 },
      goal.events === 0
        ? element('p', { class: 'nothing' }, text.none)
        : element(
            'div',
            { class: 'pair' },
            sourceTable(text.sources, 'source', 'goal-sources', sources),
            sourceTable(text.campaigns, 'campaign', 'goal-campaigns', campaigns),
          ),
      element('p', { class: 'hint' }, text.rateHint),
      mayChange() && goalActions(goal, view, how),
    ),
  );
};

const tableOf = (view, how) => {
  const head = (name) => element('th', { scope: 'col', class: 'number' }, name);
  return element(
    'table',
    { class: 'bars', 'aria-label': text.title },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, text.name),
        ...[head(text.reached), aside(head(text.visitors)), head(text.rate)],
        view.frame.before && aside(head(text.change)),
      ),
    ),
    element(
      'tbody',
      {},
      ...view.goals.flatMap((goal) =>
        view.goal?.id === goal.id
          ? [goalRow(goal, view, how), openedGoal(goal, view, how)]
          : [goalRow(goal, view, how)],
      ),
    ),
  );
};

/** Calls back when the columns change. @param {() => void} run */
export const onRoom = (run) => phone.addEventListener('change', run);

/** @param {HTMLElement} place */
export const showGoals = (place, view, how) => {
  const add = mayChange()
    ? button(text.add, () => openGoalForm(undefined, view, how), { 'data-key': 'add goal' })
    : undefined;
  place.replaceChildren(
    element('header', { class: 'card-head' }, element('h2', {}, text.title), add),
    ...(view.goals.length > 0
      ? [
          element('div', { class: 'rows' }, tableOf(view, how)),
          element('footer', { class: 'card-foot' }, csvLink('goals', text.title)),
        ]
      : [element('div', { class: 'empty' }, element('strong', {}, text.empty), text.emptyHint)]),
  );
};
