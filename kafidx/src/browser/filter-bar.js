import { visible } from '@pushtech/ui/browser/visible.js';
import { filterNames, filterText, quoted, readFilterText, readWords } from './filter-text.js';
import { createSuggestions, timesSeen } from './suggestions.js';
import { element, part, say, words } from './words.js';

/** How long to wait after the last letter, in ms. */
const TYPING_MS = 350;

/** @param {import('./filter-text.js').FilterProblem} problem */
const sentence = ({ code, word }) =>
  say(words.problems[code] ?? words.problems.flag, {
    word: visible(word.slice(0, 64)),
    names: filterNames.join(', '),
  });

/** @param {string} typed @param {[number, number]} replaces */
const nameOffers = (typed, replaces) =>
  filterNames
    .filter((name) => name.startsWith(typed.toLowerCase()))
    .map((name) => ({ text: `${name}:`, hint: words.hints[name], replaces }));

/**
 * The filter as one line of text with completion.
 * @param {{ seen: ReturnType<typeof import('./seen-values.js').createSeenValues>, filter: Record<string, string>, changed: (filter: Record<string, string>) => void }} options
 */
export const createFilterBar = ({ seen, filter, changed }) => {
  const input = /** @type {HTMLInputElement} */ (part('filter'));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** What could stand where the caret is. @param {string} text @param {number} caret */
  const suggest = (text, caret) => {
    const word = readWords(text).find(({ start, end }) => caret > start && caret <= end);
    if (!word) return nameOffers('', [caret, caret]);
    if (word.name === undefined) return nameOffers(word.value, [word.start, word.end]);
    const last = word.value.slice(word.value.lastIndexOf(',') + 1);
    const before = word.value.slice(0, word.value.length - last.length);
    const flags = ['bots', 'dead'].includes(word.name) ? [{ value: '0', n: 0 }] : [];
    return [...flags, ...seen.find(word.name, last)]
      .filter(({ value }) => value !== last)
      .map(({ value, n }) => ({
        text: `${word.name}:${quoted(before + value)}`,
        hint: n > 0 ? timesSeen(n) : words.hints[/** @type {string} */ (word.name)],
        replaces: /** @type {[number, number]} */ ([word.start, word.end]),
      }));
  };

  /** @param {readonly import('./filter-text.js').FilterProblem[]} problems */
  const tell = (problems) => {
    part('filter-problems').replaceChildren(
      ...problems.map((problem) => element('p', {}, sentence(problem))),
    );
    part('filter-problems').hidden = problems.length === 0;
    input.setAttribute('aria-invalid', String(problems.length > 0));
  };

  let applied = '';
  const apply = () => {
    clearTimeout(timer);
    const reading = readFilterText(input.value);
    const key = filterText(reading.filter);
    tell(reading.problems);
    part('filter-clear').hidden = input.value === '';
    if (key === applied) return;
    applied = key;
    changed(reading.filter);
  };

  const set = (/** @type {Record<string, string>} */ wanted) => {
    input.value = filterText(wanted);
    apply();
  };

  input.value = filterText(filter);
  applied = filterText(readFilterText(input.value).filter);
  apply();
  const { close } = createSuggestions({ input, list: part('filter-offers'), suggest, taken: apply });
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, TYPING_MS);
  });
  input.addEventListener('change', apply);
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') apply();
    else if (key === 'Escape') input.blur();
  });
  part('filter-clear').addEventListener('click', () => {
    set({});
    input.focus();
    close();
  });

  return {
    read: () => readFilterText(input.value).filter,
    set,
    focus() {
      input.focus();
      input.select();
    },
  };
};
