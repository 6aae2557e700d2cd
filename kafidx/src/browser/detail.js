import { visible, visibleJson } from '@pushtech/ui/browser/visible.js';
import { copyButton } from './copy.js';
import { curlOf } from './curl.js';
import { jsonTree } from './json-tree.js';
import { facts, part, words } from './words.js';

const KEPT = 'pushtech-json';

/** @param {unknown} value */
const isText = (value) => typeof value === 'string' && value !== '';

/** A dead letter's page is found by its place in the buffer. @param {any} letter */
const letterAddress = ({ at, position }) =>
  `${facts.dead}/find?${new URLSearchParams({ at: String(at), entry: String(position) })}`;

/**
 * The panel with one record, as a tree or as text. Everything in it is text.
 * @param {{ follow: (id: string) => void, closed: () => void, failed: (problem: string) => void }} actions
 */
export const createDetail = ({ follow, closed, failed }) => {
  const panel = part('detail');
  const tree = /** @type {HTMLInputElement} */ (part('as-tree'));
  const text = /** @type {HTMLInputElement} */ (part('as-text'));
  /** @type {any} */
  let shown;

  const draw = () => {
    part('detail-tree').hidden = !tree.checked;
    part('detail-json').hidden = tree.checked;
    if (tree.checked) part('detail-tree').replaceChildren(...jsonTree(shown));
    else part('detail-json').textContent = visibleJson(shown);
  };

  const close = () => {
    if (panel.hidden) return false;
    panel.hidden = true;
    closed();
    return true;
  };

  for (const choice of [tree, text]) {
    choice.addEventListener('change', () => {
      draw();
      try {
        localStorage.setItem(KEPT, tree.checked ? 'tree' : 'text');
      } catch {}
    });
  }
  try {
    text.checked = localStorage.getItem(KEPT) === 'text';
  } catch {}
  part('detail-close').addEventListener('click', close);
  part('detail-follow').addEventListener('click', () => follow(shown.id));
  copyButton(part('copy-json'), () => JSON.stringify(shown, null, 2), failed);
  copyButton(part('copy-curl'), () => curlOf(shown, new URL(facts.tracker, location.origin).href), failed);

  /** @param {string} id @param {string | undefined} href */
  const offer = (id, href) => {
    part(id).hidden = href === undefined;
    if (href) part(id).setAttribute('href', href);
  };

  /** @param {import('./row.js').Item} item */
  const show = ({ kind, record }) => {
    shown = record;
    const isDead = kind === 'dead';
    const title = isDead
      ? words.deadLetter
      : isText(record.type)
        ? visible(record.type.slice(0, 64))
        : words.noType;
    part('detail-title').textContent = title;
    part('detail-title').toggleAttribute('data-raw', !isDead && isText(record.type));
    part('detail-follow').hidden = !isText(record.id);
    part('copy-curl').hidden = isDead || !isText(record.id);
    offer('detail-trace', isText(record.id) ? `${facts.trace}/${encodeURIComponent(record.id)}` : undefined);
    offer('detail-dead', isDead && isText(record.position) ? letterAddress(record) : undefined);
    panel.hidden = false;
    draw();
    part('detail-body').scrollTop = 0;
  };

  return {
    close,
    show,
    isOpen: () => !panel.hidden,
    hasFocus: () => panel.contains(document.activeElement),
    /** @param {import('./row.js').Item} item */
    open(item) {
      show(item);
      panel.focus();
    },
  };
};
