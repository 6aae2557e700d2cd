// The live check: opens a page with a mark in its address, waits for a visit with that mark, and meanwhile looks for what
// may stand in its way, in this browser and through the server.
import { facts, lang } from '@pushtech/ui/browser/facts.js';
import { say } from '@pushtech/ui/browser/say.js';
import { createCheckPage } from './check-page.js';
import { isIgnored } from './ignored.js';

/** @typedef {import('./check-page.js').Finding} Finding */

const { words, label, tracker, tagPath, script, see, csrf } = facts;
const { checking } = words;
const LATE_MS = 10_000;
const PROBE_MS = 5000;

const screen = createCheckPage(words);
const form = document.getElementById('check-form');
const field = document.getElementById('check-url');
const go = document.getElementById('check-go');

const nonce = [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .join('');

/** @type {{openedAt: number, late: number | undefined, arrived: boolean, unmarked: number, seen: {address?: string}}} */
const run = { openedAt: 0, late: undefined, arrived: false, unmarked: 0, seen: {} };

/** Browsers count this machine as safe, whatever it speaks. @param {string} host */
const isThisMachine = (host) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(host);

/** @param {URL} page @returns {Finding[]} */
const lookAtSchemes = (page) => {
  const to = new URL(tracker);
  const isMixed = page.protocol === 'https:' && to.protocol === 'http:' && !isThisMachine(to.hostname);
  return isMixed ? [{ id: 'mixed', level: 'bad', values: { tracker } }] : [];
};

const ask = (url, options = {}) =>
  fetch(url, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(PROBE_MS), ...options });

/** What does the tracker see of this browser? Blockers know scripts by name; this one they let pass. */
const seeMyself = async () => {
  try {
    const answer = await ask(see);
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
};

const mayLoadScript = async () => {
  try {
    await ask(script, { mode: 'no-cors' });
    return true;
  } catch {
    return false;
  }
};

/** @returns {Promise<Finding[]>} */
const probe = async () => {
  const [seen, loads] = await Promise.all([seeMyself(), mayLoadScript()]);
  run.seen = seen ?? {};
  if (!seen) return [{ id: 'trackerDown', level: 'bad', values: { tracker } }];
  /** @type {Finding[]} */
  const found = [
    loads
      ? { id: 'scriptFine', level: 'good' }
      : { id: 'scriptBlocked', level: 'bad', values: { url: tracker + tagPath } },
  ];
  if (seen.hint) found.push({ id: 'proxy', level: 'bad', values: { address: String(seen.address) } });
  return found;
};

/** @param {string} url @returns {Promise<Finding[]>} */
const lookAtPage = async (url) => {
  const headers = { 'content-type': 'application/json', ...(csrf && { 'x-csrf-token': csrf }) };
  try {
    const answer = await fetch('/sites/check/look', {
      method: 'POST',
      headers,
      body: JSON.stringify({ url }),
    });
    return answer.ok ? (await answer.json()).findings : [];
  } catch {
    return [];
  }
};

/** The first three numbers, or groups, of both: what is kept of an address. */
const sameNetwork = (one, other) => {
  const head = (address) => address.split(/[.:]/).slice(0, 3).join('.');
  return one === '' || other === '' || one.includes(':') !== other.includes(':') || head(one) === head(other);
};

const showArrival = ({ findings, event, logMs = 0 }) => {
  clearTimeout(run.late);
  run.arrived = true;
  const { ip = '' } = event;
  const address = run.seen.address ?? '';
  const all = [...findings];
  if (!sameNetwork(ip, address)) all.push({ id: 'otherAddress', level: 'warn', values: { ip, address } });
  const ms = Math.round(performance.now() - run.openedAt);
  const after = run.openedAt > 0 ? say(checking.after, { n: ms, log: Math.round(logMs) }, lang) : '';
  const isGood = all.every(({ level }) => level === 'good');
  screen.state('arrived', isGood ? checking.arrived : checking.arrivedBut, after);
  screen.event(event);
  screen.add(all);
  document.getElementById('check-next').hidden = true;
};

const take = {
  hit: showArrival,
  unmarked: () => {
    run.unmarked += 1;
    if (run.openedAt > 0) screen.unmarked(run.unmarked);
  },
  dead: ({ findings }) => {
    clearTimeout(run.late);
    screen.state('failed', checking.leftOut);
    screen.add(findings);
  },
  dropped: ({ findings }) => {
    if (run.openedAt === 0 || run.arrived) return;
    clearTimeout(run.late);
    screen.state('failed', checking.leftOut);
    screen.add(findings);
  },
};

const listen = () => {
  const source = new EventSource(`/sites/check/${nonce}?site=${encodeURIComponent(label)}`);
  source.addEventListener('ready', () => {
    go.disabled = false;
    if (run.openedAt === 0) screen.state('ready', checking.ready);
    else if (!run.arrived) screen.state('waiting', checking.waiting);
  });
  source.addEventListener('busy', () => screen.state('failed', checking.busy));
  source.addEventListener('error', () => {
    if (!run.arrived) screen.state('connecting', checking.lost);
  });
  source.addEventListener('arrival', ({ data }) => {
    const told = JSON.parse(data);
    take[told.kind](told);
  });
};

const showNone = () => {
  if (run.arrived) return;
  screen.state('failed', checking.none);
  screen.next(['tryOpen', 'tryBlocker', 'tryOff', 'tryConsole', 'tryCache']);
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = field.value.trim();
  const page = URL.canParse(typed) ? new URL(typed) : undefined;
  screen.clear();
  if (!page || !/^https?:$/.test(page.protocol)) {
    field.setAttribute('aria-invalid', 'true');
    screen.add([{ id: 'badUrl', level: 'bad' }]);
    field.focus();
    return;
  }
  field.removeAttribute('aria-invalid');
  Object.assign(run, { openedAt: performance.now(), arrived: false, unmarked: 0 });
  clearTimeout(run.late);
  run.late = setTimeout(showNone, LATE_MS);
  screen.state('waiting', checking.waiting);
  go.textContent = checking.goAgain;
  const target = new URL(page);
  target.hash = `pushtech-check=${nonce}`;
  // Without `noopener` the answer tells whether it opened; the page may know nothing of us all the same.
  const opened = window.open(target, '_blank');
  if (opened) opened.opener = null;
  else screen.link(target.href);
  screen.add(lookAtSchemes(page));
  if (page.origin === location.origin && isIgnored()) screen.add([{ id: 'ignored', level: 'bad' }]);
  void probe().then((found) => screen.add(found));
  void lookAtPage(page.href).then((found) => screen.add(found));
});

listen();
