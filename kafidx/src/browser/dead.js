import { visible } from '@pushtech/ui/browser/visible.js';
import { send } from './send.js';
import { element, facts, number, part, say, words } from './words.js';

const POLL_MS = 300;
const LOOK_AGAIN_MS = 700;

const bar = /** @type {HTMLProgressElement | null} */ (document.getElementById('bar'));

/** @typedef {{ state: string, total: number, done: number, sent: number, unfit: number, message?: string }} Job */

/** @param {Job} job @returns {string[]} */
const sentences = ({ state, total, done, sent, unfit, message }) => {
  const said = [
    state === 'running'
      ? say(words.progress, { done, total, sent })
      : state === 'failed'
        ? say(words.failed, { message: visible(message ?? '') })
        : say(state === 'cancelled' ? words.cancelled : words.finished, { n: sent }),
  ];
  return unfit > 0 ? [...said, say(words.unfit, { n: unfit })] : said;
};

/** @param {Job} job */
const show = (job) => {
  const running = job.state === 'running';
  if (bar) {
    bar.hidden = !running;
    bar.max = Math.max(1, job.total);
    bar.value = job.done;
  }
  /** @type {HTMLButtonElement} */ (part('replay')).disabled = running;
  part('cancel').hidden = !running;
  part('progress').dataset.state = job.state;
  part('progress').replaceChildren(...sentences(job).map((text) => element('span', {}, `${text} `)));
};

const follow = async () => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const { body } = await send('GET', `${facts.base}/replays`);
    if (!body.state || body.state === 'none') return;
    show(body);
    if (body.state !== 'running') return;
  }
};

/** @param {string} text */
const fail = (text) => part('progress').replaceChildren(element('span', { class: 'bad-text' }, text));

const start = async () => {
  const { status, body } = await send('POST', `${facts.base}/replays`, facts.filter);
  if (status === 409) fail(words.errors.busy);
  else if (status !== 202) return fail(visible(String(body.message ?? number(status))));
  else show(body);
  await follow();
};

if (bar) {
  part('replay').addEventListener('click', start);
  part('cancel').addEventListener('click', () => send('POST', `${facts.base}/replays/cancel`, {}));
  if (facts.job) show(facts.job);
  if (facts.job?.state === 'running') void follow();
}
// The log is still being looked through: what was found meanwhile is shown.
if (facts.looking) setTimeout(() => location.reload(), LOOK_AGAIN_MS);
