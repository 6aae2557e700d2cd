// What to do where there is nothing to see.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { words } from './context.js';
import { exampleOffer } from './example.js';
import { stateLink } from './links.js';

const text = words.empty;

const never = (how) => [
  element('strong', {}, facts.share === undefined ? text.never : text.shared),
  ...(facts.share === undefined
    ? [
        text.neverHint,
        element('p', {}, element('a', { class: 'button', href: facts.sites }, text.neverLink)),
        exampleOffer(how),
      ]
    : []),
];

const now = ({ frame }, how) => {
  const filtered = frame.site !== undefined || frame.type !== undefined || frame.bots !== 'include';
  return [
    element('strong', {}, text.now),
    text.nowHint,
    element(
      'p',
      { class: 'actions centred' },
      frame.range !== 'all' &&
        stateLink({ range: 'all', from: undefined, to: undefined }, { class: 'button' }, [text.nowLink], how),
      filtered &&
        stateLink(
          { site: undefined, type: undefined, bots: 'include' },
          { class: 'button' },
          [text.filterLink],
          how,
        ),
    ),
  ];
};

/** @param {HTMLElement} place */
export const showEmpty = (place, view, how) => {
  place.hidden = view.summary?.events !== 0;
  if (place.hidden) return place.replaceChildren();
  place.replaceChildren(...(view.ever ? now(view, how) : never(how)).filter(Boolean));
};
