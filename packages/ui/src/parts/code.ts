import { type Html, type HtmlValue, html } from '../html.ts';
import type { Words } from '../words/words.ts';

/** Code to take away. The button needs the module `copy.js`. @param id of the page's own, for the button */
export const codeBlock = (id: string, label: string, text: string, words: Words): Html =>
  html`<div class="code"><pre id="${id}" tabindex="0" role="region" aria-label="${label}">${text}</pre><button type="button" data-copy="${id}">${words.ui.copy}</button></div>`;

/**
 * A question before something that cannot be undone. Opened by `<button data-dialog="id">`; needs the module `dialog.js`.
 * @param form the form that does it, with its button; a button to leave is added
 */
export const confirmDialog = (
  id: string,
  title: string,
  text: HtmlValue,
  form: HtmlValue,
  words: Words,
): Html =>
  html`<dialog id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><p>${text}</p><div class="actions dialog-actions">${form}<button type="button" data-close autofocus>${words.common.cancel}</button></div></dialog>`;

/** How far a work is. @param done 0…1; undefined = nobody knows */
export const progress = (label: string, done?: number): Html =>
  html`<progress aria-label="${label}" max="1"${done !== undefined && html` value="${done}"`}></progress>`;
