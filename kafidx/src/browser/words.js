import { facts, lang } from '@pushtech/ui/browser/facts.js';
import { say as fill } from '@pushtech/ui/browser/say.js';

export { facts };

/** @type {Record<string, any>} */
export const words = facts.words;

const numbers = new Intl.NumberFormat(lang === 'xx' ? 'en' : lang);

/** @param {number} n */
export const number = (n) => numbers.format(n);

/**
 * A text with its blanks filled.
 * @param {string | { one: string, other: string }} text
 * @param {Record<string, string | number>} [values]
 */
export const say = (text, values) => fill(text, values, lang);

/** @param {string} id */
export const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * An element with text in it; texts never become markup.
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} content
 */
export const element = (name, attributes = {}, ...content) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
};
