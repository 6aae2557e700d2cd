import { topics } from '@pushtech/event';
import {
  type Html,
  html,
  type Links,
  type Speech,
  say,
  visible,
  visibleJson,
  type Words,
} from '@pushtech/ui';
import type { Screen } from '../screen.ts';
import type { Note, Trace, TracePart, TraceRecord, Verdict } from './trace.ts';

const looks: Record<Verdict, string> = {
  counted: 'good',
  kept: 'good',
  dead: 'bad',
  dropped: 'warn',
  unknown: '',
  expired: '',
  unavailable: 'warn',
};

const search = ({ trace }: Words, links: Links, id: string): Html => html`
<h1>${trace.heading}</h1>
<p class="lead">${trace.lead}</p>
<form class="ask" method="get" action="${links('kafidx', '/kafidx/trace')}">
<label>${trace.field} <input class="mono" name="id" value="${id}" required maxlength="64" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
<button class="primary">${trace.find}</button>
</form>`;

const LONGEST = 500;

/** What senders said is text in it, with nothing hidden. */
const sentence = ({ code, values = {} }: Note, { words, lang }: Speech): string => {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? visible(value.slice(0, LONGEST)) : value,
  ]);
  return say(words.trace.says[code as keyof Words['trace']['says']], Object.fromEntries(shown), lang);
};

const later = (ms: number, { trace }: Words): string =>
  ms === 0 ? trace.atOnce : say(trace.took, { ms: ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1000)} s` });

const stateText = ({ state, outcome }: TracePart, { trace }: Words): string => {
  if (outcome) return trace.outcomes[outcome];
  return state === 'not built' ? trace.notBuilt : trace[state];
};

const lookOf = ({ state, outcome }: TracePart): string => {
  if (outcome) return looks[outcome];
  return state === 'known' ? 'good' : state === 'unavailable' ? 'warn' : '';
};

const step = (part: TracePart, speech: Speech): Html => html`
<li class="stop ${lookOf(part)}"><h2>${speech.words.trace.parts[part.part]} <span class="badge ${lookOf(part)}">${stateText(part, speech.words)}</span></h2>
${part.at !== undefined && html`<p class="when"><time datetime="${part.at}">${part.at}</time>${part.afterMs !== undefined && html` <span class="badge">${later(part.afterMs, speech.words)}</span>`}</p>`}
${part.notes.map((note) => html`<p>${sentence(note, speech)}</p>`)}</li>`;

const titles: Record<string, 'event' | 'letter' | 'drop'> = {
  [topics.events]: 'event',
  [topics.dead]: 'letter',
  [topics.dropped]: 'drop',
};

const record = (
  { topic, partition, position, at, record: value }: TraceRecord,
  { trace }: Words,
  links: Links,
): Html => html`
<details open class="on-log"><summary>${trace[titles[topic] ?? 'event']} <span class="quiet mono" data-raw>${topic}/${partition}/${position} · <time datetime="${at}">${at}</time></span></summary>
${topic === topics.dead && html`<p><a href="${links('kafidx', `/kafidx/dead/${partition}.${position}`)}">${trace.openLetter}</a></p>`}
<pre class="raw" tabindex="0">${typeof value === 'string' ? visible(value) : visibleJson(value)}</pre></details>`;

const found = (trace: Trace, speech: Speech, links: Links): Html => {
  const { words } = speech;
  return html`<p class="notice ${looks[trace.verdict]}" id="verdict" data-verdict="${trace.verdict}" role="status">${words.trace.summary[trace.verdict]}</p>
<p class="links"><a href="${links('kafidx', `/kafidx?id=${trace.id}`)}">${words.trace.follow}</a> <a href="">${words.trace.again}</a></p>
<p class="quiet">${trace.madeAt === undefined ? words.trace.noTime : sentence({ code: 'made', values: { at: trace.madeAt } }, speech)}</p>
<ol class="way">${trace.parts.map((part) => step(part, speech))}</ol>
${trace.records.length > 0 && html`<h2>${words.trace.records}</h2>${trace.records.map((one) => record(one, words, links))}`}`;
};

export interface Asked {
  /** What was typed, or an id. */
  id: string;
  trace?: Trace;
}

/** The screen of `/kafidx/trace`, with or without an id that was asked for. */
export const tracePage = ({ id, trace }: Asked, speech: Speech, links: Links): Screen => {
  const { words } = speech;
  const wrong = id !== '' && !trace;
  return {
    tab: 'trace',
    title: words.trace.title,
    width: 'text',
    styles: ['trace.css'],
    body: html`${search(words, links, id)}
${wrong && html`<p class="notice bad" role="alert">${sentence({ code: 'notId', values: { id } }, speech)}</p>`}
${trace ? found(trace, speech, links) : html`<p class="quiet">${words.trace.where}</p>`}`,
  };
};
