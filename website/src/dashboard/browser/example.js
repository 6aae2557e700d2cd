// Example data: offered where there is nothing yet, marked wherever it is shown, gone by one click.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { percent, say, words } from './context.js';
import { write } from './load.js';
import { readState } from './state.js';

const text = words.example;
const LOOK_MS = 200;

const state = { ...facts.example };
const isOffered = () => facts.example !== undefined;

export const isShown = () => readState().data === 'example';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until it is made; `told` hears how far it is. @returns {Promise<boolean>} */
const untilMade = async (told) => {
  for (;;) {
    const { made, progress, failed } = await write('example', 'GET');
    state.made = made;
    if (made) return true;
    if (failed || progress === undefined) return false;
    told(progress);
    await wait(LOOK_MS);
  }
};

const offerButton = (how) => {
  const button = element('button', { type: 'button', class: 'primary', 'data-key': 'example' }, text.offer);
  const hint = element('p', { class: 'hint', role: 'status' }, text.offerHint);
  const told = (progress) => {
    hint.textContent = say(text.making, { share: percent(progress) });
  };
  button.addEventListener('click', async () => {
    button.disabled = true;
    told(0);
    try {
      await write('example', 'POST', {});
      if (await untilMade(told)) return how.follow({ ...ownNumbers, data: 'example', range: '30d' });
    } catch (error) {
      hint.textContent = say(words.problems.refused, { message: error.message });
      button.disabled = false;
      return;
    }
    hint.textContent = text.failed;
    button.disabled = false;
  });
  return element('div', { class: 'offer' }, button, hint);
};

/** What to do where there is nothing yet. */
export const exampleOffer = (how) =>
  isOffered() && facts.mayWrite && !isShown() ? offerButton(how) : undefined;

/** Below so many events of one's own in all the example still tells more than they do. */
const FEW = 1000;

/** The same offer where there is little yet. @param {HTMLElement} place at the foot of the page */
export const showFew = (place, view, how) => {
  const offer =
    view.ever !== false && view.frame.range !== 'all' && view.summary?.events < FEW
      ? exampleOffer(how)
      : undefined;
  place.hidden = offer === undefined;
  if (!place.hidden && place.childElementCount === 0) place.replaceChildren(offer);
};

const ownNumbers = {
  data: undefined,
  range: undefined,
  from: undefined,
  to: undefined,
  site: undefined,
  type: undefined,
  open: undefined,
  value: undefined,
  goal: undefined,
  tables: undefined,
};

/** @param {HTMLElement} place where every view says that it is an example */
export const showBanner = (place, how) => {
  place.hidden = !isShown();
  if (place.hidden) return place.replaceChildren();
  const remove = element('button', { type: 'button', 'data-key': 'remove example' }, text.remove);
  remove.addEventListener('click', async () => {
    remove.disabled = true;
    await how.write('example', 'DELETE');
    state.made = false;
    how.follow(ownNumbers);
  });
  const own = element('button', { type: 'button', 'data-key': 'own numbers' }, text.own);
  own.addEventListener('click', () => how.follow(ownNumbers));
  place.replaceChildren(
    element('span', {}, text.banner),
    element('span', { class: 'actions' }, own, facts.mayWrite && remove),
  );
};
