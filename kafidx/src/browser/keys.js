/** Where letters are text, or space and Enter already have a meaning. */
const TYPING = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]';
const PRESSING = 'button, a, summary, input, select';

/**
 * Keys of the whole page. Those of a field stay its own; Enter and space stay with what they would press.
 * @param {Record<string, () => unknown>} keys by `event.key`; `false` leaves the key to others
 */
export const listenToKeys = (keys) =>
  addEventListener('keydown', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.key !== 'Escape' && target.closest?.(TYPING)) return;
    if ([' ', 'Enter'].includes(event.key) && target.closest?.(PRESSING)) return;
    const key = keys[event.key];
    if (key && key() !== false) event.preventDefault();
  });
