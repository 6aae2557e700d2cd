// The own visit on the start page: sends one page view with an id made here and shows what becomes of it.
import { facts, lang } from '@pushtech/ui/browser/facts.js';
import { say } from '@pushtech/ui/browser/say.js';
import { isIgnored } from './ignored.js';

/** @typedef {{receivedMs: number, logMs: number, ip: string, place: string, device: string, recognised: 'visitor' | 'anonymous' | 'bot', reasons: string, reason: string, state: 'arrived' | 'dropped' | 'dead'}} Visit */

const { words, common, pixel, stream, tracker } = facts;
const LATE_MS = 10_000;

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** A UUIDv7 (RFC 9562, 5.7): its time tells the trace where to look. */
const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 256 ** (5 - i));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** @param {'waiting' | 'arrived' | 'failed' | 'off'} state */
const showState = (state) => {
  const badge = element('visit-state');
  badge.dataset.state = state;
  badge.textContent = words[state];
  badge.className = `badge ${{ waiting: '', arrived: 'good', failed: 'bad', off: 'warn' }[state]}`;
};

/** @param {string} text */
const showProblem = (text) => {
  const problem = element('visit-problem');
  problem.textContent = text;
  problem.hidden = text === '';
};

/** @param {string} id @param {string} [when] */
const passed = (id, when) => {
  element(id).classList.add('done');
  const time = element(id).querySelector('b');
  if (time && when !== undefined) time.textContent = when;
};

/** @param {Visit} visit @param {number} sentAt */
const showArrived = (visit, sentAt) => {
  showState('arrived');
  passed('road-received');
  passed('road-log', say(words.logMs, { n: Math.round(visit.logMs) }, lang));
  passed('road-here', say(words.ms, { n: Math.round(performance.now() - sentAt) }, lang));
  element('visit-ip').textContent = visit.ip || common.notKnown;
  if (visit.place) {
    element('visit-place').dataset.raw = '';
    element('visit-place').textContent = visit.place;
  }
  element('visit-device').textContent = visit.device || common.notKnown;
  element('visit-recognised').textContent = say(words[visit.recognised], { reasons: visit.reasons });
};

/** @param {Visit} visit @param {number} sentAt */
const show = (visit, sentAt) => {
  if (visit.state === 'arrived') return showArrived(visit, sentAt);
  showState('failed');
  showProblem(say(words[visit.state], { reason: visit.reason }));
};

/** @param {string} text */
const fail = (text) => {
  if (element('visit-state').dataset.state === 'arrived') return;
  showState('failed');
  showProblem(say(text, { address: tracker }));
};

/** Whether it was taken is not asked: a pixel's answer is for no script of another host. @param {string} id */
const hit = (id) => {
  const query = new URLSearchParams({ id, url: location.href.split('#')[0], title: document.title });
  if (document.referrer) query.set('ref', document.referrer);
  return fetch(`${pixel}?${query}`, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' });
};

const reset = () => {
  showState('waiting');
  showProblem('');
  for (const step of element('road').children) {
    step.classList.remove('done');
    const time = step.querySelector('b');
    if (time) time.textContent = '';
  }
};

const begin = () => {
  reset();
  if (isIgnored()) {
    showState('off');
    showProblem(words.optedOut);
    return;
  }
  const id = newId();
  let sentAt = 0;
  const source = new EventSource(stream + id);
  const end = () => {
    source.close();
    clearTimeout(late);
    element('visit-again').hidden = false;
  };
  const late = setTimeout(() => {
    end();
    fail(words.late);
  }, LATE_MS);
  source.addEventListener('ready', () => {
    sentAt = performance.now();
    passed('road-sent');
    hit(id).then(
      () => passed('road-received'),
      () => {
        end();
        fail(words.blocked);
      },
    );
  });
  source.addEventListener('visit', (event) => {
    end();
    show(JSON.parse(event.data), sentAt);
    const follow = document.getElementById('visit-follow');
    if (follow instanceof HTMLAnchorElement) {
      follow.hidden = false;
      follow.dataset.trace ??= follow.href;
      follow.href = `${follow.dataset.trace}/${id}`;
    }
  });
  source.addEventListener('busy', () => {
    end();
    fail(words.tooMany);
  });
  source.addEventListener('error', () => {
    if (sentAt > 0) return;
    end();
    fail(words.tooMany);
  });
};

element('visit-again').addEventListener('click', begin);
begin();
