// What the live check shows: its state, what arrived, and what was found. Texts from elsewhere are text nodes, always.
import { lang } from '@pushtech/ui/browser/facts.js';
import { say } from '@pushtech/ui/browser/say.js';

/** @typedef {{id: string, level: 'good' | 'warn' | 'bad', values?: Record<string, string>}} Finding */

/** @param {string} id */
const element = (id) => document.getElementById(id);

const signs = { good: '✓', warn: '!', bad: '✕', todo: '→' };

/** @param {{checking: any, findings: any}} words */
export const createCheckPage = (words) => {
  const shown = new Set();

  /** @param {Finding} finding @param {string} level */
  const line = ({ id, values = {} }, level) => {
    const { text, fix } = words.findings[id];
    const item = document.createElement('li');
    item.dataset.finding = id;
    item.className = level;
    const sign = document.createElement('span');
    sign.className = 'sign';
    sign.setAttribute('aria-hidden', 'true');
    sign.textContent = signs[level];
    const body = document.createElement('div');
    body.append(say(text, values, lang));
    if (fix) {
      const small = document.createElement('small');
      small.className = 'fix';
      small.textContent = say(fix, values, lang);
      body.append(small);
    }
    item.append(sign, body);
    return item;
  };

  return {
    clear() {
      shown.clear();
      element('findings').replaceChildren();
      element('next').replaceChildren();
      for (const id of ['check-findings', 'check-next', 'check-event', 'check-unmarked', 'check-link'])
        element(id).hidden = true;
    },
    /** @param {string} state @param {string} text @param {string} [after] said more quietly */
    state(state, text, after = '') {
      element('check-state').dataset.state = state;
      element('check-text').textContent = text;
      element('check-after').textContent = after;
    },
    /** Each finding once. @param {readonly Finding[]} findings */
    add(findings) {
      for (const finding of findings) {
        const key = finding.id + JSON.stringify(finding.values ?? {});
        if (shown.has(key) || !words.findings[finding.id]) continue;
        shown.add(key);
        element('findings').append(line(finding, finding.level));
        element('check-findings').hidden = false;
      }
    },
    /** @param {readonly string[]} ids */
    next(ids) {
      element('next').replaceChildren(...ids.map((id) => line({ id, level: 'warn' }, 'todo')));
      element('check-next').hidden = false;
    },
    /** @param {Record<string, string>} event */
    event(event) {
      const list = element('check-event');
      list.replaceChildren();
      for (const [name, label] of Object.entries(words.checking.event)) {
        if (!event[name]) continue;
        const term = document.createElement('dt');
        term.textContent = label;
        const value = document.createElement('dd');
        value.dataset.raw = '';
        value.textContent = event[name];
        list.append(term, value);
      }
      list.hidden = false;
    },
    /** @param {number} n */
    unmarked(n) {
      element('check-unmarked').textContent = say(words.checking.unmarked, { n }, lang);
      element('check-unmarked').hidden = n === 0;
      if (n > 0) element('check-findings').hidden = false;
    },
    /** @param {string} url where the window did not open */
    link(url) {
      const link = document.createElement('a');
      link.href = url;
      link.target = '_blank';
      link.rel = 'noopener';
      link.textContent = url;
      link.dataset.raw = '';
      element('check-link').replaceChildren(`${words.checking.blockedWindow} `, link);
      element('check-link').hidden = false;
    },
  };
};
