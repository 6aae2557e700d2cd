// The books: everything that was sent is somewhere, and here is where.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { visible } from '@pushtech/ui/browser/visible.js';
import { number, say, words } from './context.js';
import { csvLink } from './links.js';

const text = words.ledger;

const entry = (kind, name, n, hint, more) =>
  element(
    'div',
    { class: `entry ${kind}`, 'data-entry': kind },
    element('dt', {}, name),
    element(
      'dd',
      {},
      element('b', { 'data-raw': true }, number(n)),
      element('span', { class: 'hint' }, hint, more && ' ', more),
    ),
  );

const droppedEntries = (dropped) => {
  const all = Object.entries(dropped);
  if (all.length === 0) return [entry('dropped', text.droppedNone, 0, text.droppedHint)];
  return all.map(([reason, n]) =>
    entry(
      'dropped',
      say(text.dropped, { reason: visible(reason) }),
      n,
      Object.hasOwn(text.reasons, reason) ? text.reasons[reason] : text.reasons.other,
    ),
  );
};

const deadLink = () => facts.live && element('a', { href: `${facts.live}/dead` }, text.deadLink);

/** The parts of what was received as one bar. */
const barOf = ({ kept, counted, duplicates, dead, dropped }) => {
  const left = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  const total = kept + dead + left;
  if (total === 0) return undefined;
  const part = (kind, n) => {
    const made = element('span', { class: `part ${kind}` });
    made.style.setProperty('flex-grow', String(n));
    return made;
  };
  return element(
    'div',
    { class: 'ledger-bar', 'aria-hidden': 'true' },
    ...[part('counted', counted), part('duplicates', duplicates), part('dead', dead), part('dropped', left)],
  );
};

/** @param {HTMLElement} place */
export const showLedger = (place, { ledger, bots }) => {
  place.hidden = ledger === undefined;
  if (!ledger) return;
  place.replaceChildren(
    ...[
      element('header', { class: 'card-head' }, element('h2', {}, text.title), csvLink('ledger', text.title)),
      element('p', { class: 'hint' }, text.intro),
      barOf(ledger),
      element(
        'dl',
        { class: 'ledger' },
        entry('received', text.received, ledger.received, text.receivedHint),
        entry('kept', text.kept, ledger.kept, text.keptHint),
        entry('counted', text.counted, ledger.counted, text.countedHint),
        bots && entry('bots', text.bots, bots.events, text.botsHint),
        entry('duplicates', text.duplicates, ledger.duplicates, text.duplicatesHint),
        entry('dead', text.dead, ledger.dead, text.deadHint, deadLink()),
        ...droppedEntries(ledger.dropped),
        entry('redelivered', text.redelivered, ledger.redelivered, text.redeliveredHint),
      ),
    ].filter(Boolean),
  );
};
