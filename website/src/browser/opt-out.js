// The switch on the privacy page that leaves this browser out.
import { facts } from '@pushtech/ui/browser/facts.js';
import { isIgnored, setIgnored } from './ignored.js';

const { words } = facts;
const button = document.getElementById('opt-out');
const state = document.getElementById('opt-out-state');

const show = () => {
  const ignored = isIgnored();
  button.hidden = ignored === undefined;
  button.textContent = ignored ? words.off : words.on;
  button.setAttribute('aria-pressed', String(ignored === true));
  if (ignored === undefined) state.textContent = words.noStorage;
  else state.textContent = ignored ? words.isOn : words.isOff;
};

button.addEventListener('click', () => {
  setIgnored(isIgnored() === false);
  show();
});
show();
