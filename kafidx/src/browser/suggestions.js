import { visible } from '@pushtech/ui/browser/visible.js';
import { element, say, words } from './words.js';

/** @typedef {{ text: string, hint: string, replaces: [start: number, end: number] }} Suggestion */

/**
 * A list below a text field: arrows choose, Enter or Tab takes, Esc closes. The ARIA pattern "combobox with a list".
 * @param {{ input: HTMLInputElement, list: HTMLElement, suggest: (text: string, caret: number) => Suggestion[], taken: () => void }} options
 */
export const createSuggestions = ({ input, list, suggest, taken }) => {
  /** @type {Suggestion[]} */
  let offers = [];
  let chosen = -1;

  const close = () => {
    offers = [];
    chosen = -1;
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };

  /** @param {number} index */
  const choose = (index) => {
    chosen = (index + offers.length) % offers.length;
    [...list.children].forEach((option, at) => {
      option.setAttribute('aria-selected', String(at === chosen));
      if (at === chosen) option.scrollIntoView({ block: 'nearest' });
    });
    input.setAttribute('aria-activedescendant', `offer-${chosen}`);
  };

  const show = () => {
    offers = suggest(input.value, input.selectionStart ?? input.value.length);
    chosen = -1;
    input.removeAttribute('aria-activedescendant');
    list.replaceChildren(
      ...offers.map(({ text, hint }, index) =>
        element(
          'div',
          { id: `offer-${index}`, role: 'option', 'aria-selected': 'false' },
          element('span', { 'data-raw': '', class: 'mono' }, visible(text)),
          element('span', { class: 'quiet' }, hint),
        ),
      ),
    );
    list.hidden = offers.length === 0;
    input.setAttribute('aria-expanded', String(!list.hidden));
  };

  /** @param {number} index */
  const take = (index) => {
    const offer = offers[index];
    if (!offer) return;
    const [start, end] = offer.replaces;
    const more = offer.text.endsWith(':');
    const text = more ? offer.text : `${offer.text} `;
    input.setRangeText(text, start, end + Number(!more && input.value[end] === ' '), 'end');
    taken();
    if (more) show();
    else close();
  };

  /** @type {Record<string, () => boolean>} answer whether the key is used up */
  const keys = {
    ArrowDown: () => {
      if (list.hidden) show();
      if (offers.length > 0) choose(chosen + 1);
      return true;
    },
    ArrowUp: () => {
      if (offers.length > 0) choose(chosen < 0 ? offers.length - 1 : chosen - 1);
      return true;
    },
    Enter: () => {
      if (chosen >= 0) take(chosen);
      else close();
      return true;
    },
    // Tab leaves the field unless a suggestion was chosen: nobody is caught in here.
    Tab: () => {
      if (chosen < 0) {
        close();
        return false;
      }
      take(chosen);
      return true;
    },
    Escape: () => {
      if (list.hidden) return false;
      close();
      return true;
    },
  };

  input.addEventListener('input', show);
  input.addEventListener('focus', show);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!keys[event.key]?.()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Before the field loses the focus.
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const option = /** @type {Element} */ (event.target).closest('[role="option"]');
    take([...list.children].indexOf(/** @type {Element} */ (option)));
  });
  return { close };
};

/** @param {number} n */
export const timesSeen = (n) => (n === 0 ? '' : say(words.seen, { n }));
