import { visible } from '@pushtech/ui/browser/visible.js';
import { send } from './send.js';
import { element, facts, part, say, words } from './words.js';

const TYPING_MS = 400;
/** Ids that are named after a replay. */
const MOST_IDS = 20;

const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById('mend'));
const address = `${facts.base}/${facts.place}`;

/** @typedef {{ line: number, id?: string, error?: string, field?: string, message?: string }} CheckedLine */

/** @param {CheckedLine} line */
const problemText = ({ error = '', field: name = '', message = '' }) => {
  const known = words.errors[error];
  const why = known ? say(known, { field: name, message: visible(message) }) : visible(message);
  return !known && name !== '' && !message.includes(name) ? `${name}: ${why}` : why;
};

/** @param {{ hits: number, lines: CheckedLine[] }} checked */
const showCheck = ({ hits, lines }) => {
  const wrong = lines.filter(({ error }) => error);
  const said = wrong
    .slice(0, 10)
    .map((line) =>
      element(
        'p',
        { class: 'bad-text' },
        element('span', {}, say(words.lineWrong, { line: line.line, message: '' })),
        element('span', { 'data-raw': '' }, problemText(line)),
      ),
    );
  if (lines.length === 0) said.push(element('p', { class: 'bad-text' }, words.errors.empty));
  else if (wrong.length === 0) said.push(element('p', { class: 'good-text' }, say(words.fine, { n: hits })));
  part('check').dataset.hits = String(wrong.length === 0 ? hits : 0);
  part('check').replaceChildren(...said);
};

let asked = 0;
const check = async () => {
  const mine = ++asked;
  const { status, body } = await send('POST', `${address}/check`, { text: field?.value });
  // Of two answers only the one to the latest text counts.
  if (mine === asked && status === 200) showCheck(body);
};

/** @param {CheckedLine[]} lines */
const showSent = (lines) => {
  const ids = lines.flatMap(({ id }) => (id ? [id] : [])).slice(0, MOST_IDS);
  part('sent').replaceChildren(
    element(
      'div',
      { class: 'notice good', 'data-sent': String(lines.length) },
      element('p', {}, say(words.sent, { n: lines.length })),
      ...ids.map((id) =>
        element('p', {}, element('a', { href: `${facts.trace}/${encodeURIComponent(id)}` }, ...sentId(id))),
      ),
    ),
  );
};

/** @param {string} id */
const sentId = (id) => {
  const [before = '', after = ''] = say(words.sentId, { id: '\uE000' }).split('\uE000');
  return [before, element('span', { 'data-raw': '', class: 'mono' }, visible(id)), after];
};

const replay = async () => {
  const button = /** @type {HTMLButtonElement} */ (part('replay'));
  button.disabled = true;
  const { status, body } = await send('POST', `${address}/replay`, { text: field?.value });
  button.disabled = false;
  if (status === 202) return showSent(body.lines);
  const known = { buffer: words.errors.buffer, empty: words.errors.empty }[
    /** @type {'buffer'} */ (body.error)
  ];
  const text = known ? say(known, { message: visible(String(body.message)) }) : visible(String(body.message));
  part('sent').replaceChildren(element('p', { class: 'notice bad', 'data-raw': '' }, text));
};

if (field) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(check, TYPING_MS);
  });
  part('replay').addEventListener('click', replay);
  void check();
}
