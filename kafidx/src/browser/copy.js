import { words } from './words.js';

/** For pages without TLS, where browsers offer no clipboard. @param {string} text */
const copyByField = (text) => {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus();
  return done;
};

/** @param {string} text */
export const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByField(text);
  }
};

/**
 * A button that copies, and says so for a moment.
 * @param {HTMLElement} button
 * @param {() => string} textOf
 * @param {(problem: string) => void} failed
 */
export const copyButton = (button, textOf, failed) => {
  const name = button.textContent ?? '';
  button.addEventListener('click', async () => {
    if (!(await copyText(textOf()))) return failed(words.notCopied);
    button.textContent = words.copied;
    setTimeout(() => {
      button.textContent = name;
    }, 1500);
  });
};
