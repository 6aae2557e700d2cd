import {
  badge,
  card,
  empty,
  type Html,
  html,
  type Links,
  notice,
  type Speech,
  say,
  table,
  visible,
} from '@pushtech/ui';
import type { Screen } from '../screen.ts';
import { type LetterSummary, placeText } from './letter.ts';
import { filterQuery, type LetterFilter } from './letter-filter.ts';
import type { Reach, ReasonCount } from './letters.ts';
import type { ReplayJob } from './replay-many.ts';

export interface ListView {
  filter: LetterFilter;
  reach: Reach;
  counts: ReasonCount[];
  /** How many the filter lets through, and those of this page. */
  total: number;
  letters: LetterSummary[];
  /** Where the next page begins. */
  next: string | undefined;
  replayed: ReadonlySet<string>;
  job: ReplayJob | undefined;
  mayReplay: boolean;
  csrf: string | undefined;
}

/** Names of filters are data where they come from senders. */
const raw = (text: string | undefined): Html => html`<span data-raw>${text ? visible(text) : '–'}</span>`;

const when = (at: string): Html =>
  html`<time class="mono" datetime="${at}">${visible(at.slice(0, 40)) || '–'}</time>`;

const createAddress = (links: Links) => (query: Record<string, string>) => {
  const text = new URLSearchParams(query).toString();
  return links('kafidx', text === '' ? '/kafidx/dead' : `/kafidx/dead?${text}`);
};

const counts = (view: ListView, { words, lang }: Speech, address: ReturnType<typeof createAddress>): Html => {
  const { dead } = words;
  const query = filterQuery(view.filter);
  const rows = view.counts.map(({ reason, step, n, newest }) => [
    html`<a href="${address({ ...query, reason, step })}"${reason === view.filter.reason && step === view.filter.step && html` aria-current="true"`}>${raw(reason)}</a>`,
    raw(step),
    n.toLocaleString(lang === 'xx' ? 'en' : lang),
    when(newest),
  ]);
  const columns = [
    { text: dead.reason },
    { text: dead.step },
    { text: dead.number, number: true },
    { text: dead.newest, wide: true },
  ];
  return card(dead.counts, table({ caption: dead.counts, columns, rows }));
};

const input = (name: string, label: string, value: string | undefined, type = 'text'): Html =>
  html`<label>${label} <input name="${name}" type="${type}" value="${value ?? ''}" autocomplete="off" autocapitalize="off" spellcheck="false"${type !== 'text' && html` step="1"`}></label>`;

const local = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 19);

const filterForm = (
  { filter }: ListView,
  { words }: Speech,
  address: ReturnType<typeof createAddress>,
): Html => html`
<form class="filters" method="get" action="${address({})}">
${input('reason', words.dead.reason, filter.reason)}${input('step', words.dead.step, filter.step)}${input('type', words.dead.type, filter.type)}${input('site', words.dead.site, filter.site)}${input('from', words.dead.from, local(filter.from), 'datetime-local')}${input('to', words.dead.to, local(filter.to), 'datetime-local')}
<span class="filter-buttons"><button>${words.dead.apply}</button>${Object.keys(filter).length > 0 && html`<a class="button plain" href="${address({})}">${words.dead.reset}</a>`}</span>
</form>`;

const replayBox = ({ total, mayReplay, reach }: ListView, { words, lang }: Speech): Html => {
  const { dead } = words;
  if (!mayReplay) return notice(dead.mayNot);
  return html`<div class="replay"><p class="quiet">${dead.replayHint}</p>
<div class="actions"><button type="button" class="primary" id="replay"${(total === 0 || !reach.complete) && html` disabled`}>${say(dead.replayAll, { n: total }, lang)}</button><button type="button" id="cancel" hidden>${dead.cancel}</button></div>
<progress id="bar" max="1" value="0" aria-label="${dead.running}" hidden></progress>
<p id="progress" role="status" aria-live="polite"></p></div>`;
};

const lettersTable = (view: ListView, { words }: Speech, links: Links): Html => {
  const { dead } = words;
  const columns = [
    { text: dead.time },
    { text: dead.reason },
    { text: dead.message },
    { text: dead.type, wide: true },
    { text: dead.site, wide: true },
  ];
  const rows = view.letters.map((letter) => [
    html`<a href="${links('kafidx', `/kafidx/dead/${placeText(letter)}`)}">${when(letter.at)}</a>`,
    html`${raw(letter.reason)}${view.replayed.has(placeText(letter)) && html` ${badge(dead.replayed, 'good')}`}`,
    html`<span class="message">${raw(letter.message)}</span>`,
    raw(letter.type),
    raw(letter.site),
  ]);
  return table({ caption: dead.list, columns, rows });
};

const notes = ({ reach, letters }: ListView, { words, lang }: Speech): Html => {
  const { dead } = words;
  const looking = { looked: reach.looked, of: reach.of };
  return html`${!reach.complete && html`<div id="looking">${notice(say(dead.looking, looking, lang))}</div>`}
${reach.capped && notice(say(dead.capped, { n: reach.looked }, lang), 'warn')}
${reach.since !== undefined && letters.length > 0 && html`<p class="quiet">${say(dead.since, { since: new Date(reach.since).toISOString() }, lang)}</p>`}`;
};

/** The screen of `/kafidx/dead`. */
export const listPage = (view: ListView, speech: Speech, links: Links): Screen => {
  const { dead } = speech.words;
  const address = createAddress(links);
  const filtered = Object.keys(view.filter).length > 0;
  const nothing = view.counts.length === 0 && !filtered;
  const query = filterQuery(view.filter);
  const body = nothing
    ? empty(dead.none, dead.noneText)
    : html`<div class="columns dead-top">${counts(view, speech, address)}${card(dead.replay, html`${filterForm(view, speech, address)}${replayBox(view, speech)}`)}</div>
${view.letters.length === 0 ? empty(dead.noneHere, '') : lettersTable(view, speech, links)}
${view.next !== undefined && html`<p class="actions"><a class="button" rel="next" href="${address({ ...query, after: view.next })}">${dead.more}</a></p>`}`;
  return {
    tab: 'dead',
    title: dead.title,
    width: 'text',
    scripts: ['dead.js'],
    styles: ['dead.css'],
    facts: {
      words: dead,
      base: links('kafidx', '/kafidx/dead'),
      csrf: view.csrf,
      filter: query,
      looking: !view.reach.complete,
      job: view.job,
    },
    body: html`<h1>${dead.heading}</h1><p class="lead">${dead.lead}</p>${notes(view, speech)}${body}`,
  };
};
