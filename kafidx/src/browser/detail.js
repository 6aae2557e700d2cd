import { visible, visibleJson } from './visible.js';

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * The panel with one record as JSON. Everything in it is text.
 * @param {{ follow: (id: string) => void }} actions
 */
export const createDetail = ({ follow }) => {
  const panel = part('detail');
  /** @type {HTMLElement | undefined} */
  let chosen;
  let id = '';

  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    chosen?.removeAttribute('aria-current');
    const target = chosen?.isConnected
      ? chosen
      : /** @type {HTMLElement | null} */ (document.querySelector('#rows tr'));
    target?.focus();
    chosen = undefined;
  };

  part('detail-close').addEventListener('click', close);
  part('detail-follow').addEventListener('click', () => follow(id));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });

  return {
    /** @param {string} kind @param {any} record @param {HTMLElement} row */
    open(kind, record, row) {
      chosen?.removeAttribute('aria-current');
      chosen = row;
      row.setAttribute('aria-current', 'true');
      id = typeof record.id === 'string' ? record.id : '';
      part('detail-title').textContent =
        kind === 'dead' ? 'Dead letter' : visible(String(record.type)).slice(0, 64);
      part('detail-json').textContent = visibleJson(record);
      part('detail-follow').hidden = id === '';
      panel.hidden = false;
      part('detail-json').scrollTop = 0;
      panel.focus();
    },
  };
};
