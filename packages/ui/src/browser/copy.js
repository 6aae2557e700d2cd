// Every `<button data-copy="id">` copies the text of the element with that id. Nothing to call: importing is enough.
import { ui } from './facts.js';

const SHOWN_MS = 2000;

const copy = async (button) => {
  const source = document.getElementById(button.dataset.copy);
  const text = 'value' in source ? source.value : source.textContent;
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = ui.copied;
  } catch {
    // Without HTTPS there is no clipboard: marked, it is one key away.
    getSelection().selectAllChildren(source);
    button.textContent = ui.marked;
  }
  setTimeout(() => {
    button.textContent = before;
  }, SHOWN_MS);
};

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest('[data-copy]');
  if (button) void copy(button);
});
