import { byArrival } from './row.js';
import { part, say, words } from './words.js';

/** Rows that wait while the page is paused; what comes beyond is skipped and counted. */
const MOST_WAITING = 2000;
export const BATCH = 25;

/** @typedef {{ kind: 'events' | 'dead', record: any }} Waiting */

/**
 * Holds the stream: what comes meanwhile waits, oldest first, and can be let through in steps.
 * @param {{ paused: boolean, show: (items: Waiting[]) => void, skip: (n: number) => void, changed: (paused: boolean) => void }} options
 */
export const createPause = ({ paused, show, skip, changed }) => {
  /** @type {Waiting[]} */
  let waiting = [];

  const tell = () => {
    part('pause').setAttribute('aria-pressed', String(paused));
    part('pause').textContent = paused ? words.resume : words.pause;
    part('steps').hidden = !paused;
    part('waiting').textContent = say(words.waiting, { n: waiting.length });
    for (const id of ['next', 'batch']) {
      /** @type {HTMLButtonElement} */ (part(id)).disabled = waiting.length === 0;
    }
  };

  /** @param {number} n */
  const step = (n) => {
    if (!paused) return;
    show(waiting.splice(0, n));
    tell();
  };

  const toggle = () => {
    paused = !paused;
    if (!paused) show(waiting.splice(0));
    tell();
    changed(paused);
  };

  part('pause').addEventListener('click', toggle);
  part('next').addEventListener('click', () => step(1));
  part('batch').addEventListener('click', () => step(BATCH));
  part('batch').textContent = say(words.batch, { n: BATCH });
  tell();

  return {
    get paused() {
      return paused;
    },
    toggle,
    step,
    /** @param {'events' | 'dead'} kind @param {any[]} records */
    take(kind, records) {
      const items = records.map((record) => ({ kind, record }));
      if (!paused) return show(items);
      const room = MOST_WAITING - waiting.length;
      waiting = waiting.concat(items.slice(0, room)).sort(byArrival);
      if (items.length > room) skip(items.length - room);
      tell();
    },
    clear() {
      waiting = [];
      tell();
    },
  };
};
