import type { DeadLetter } from '@pushtech/event';
import type { LogRecord } from '@pushtech/log';
import { badge, card, type Html, html, type Links, notice, type Speech, say, visible } from '@pushtech/ui';
import type { Screen } from '../screen.ts';
import { placeText } from './letter.ts';
import { bytesOf, editable, fieldOf, hexDump, type Marked, markWrong } from './original.ts';

export interface LetterView {
  record: LogRecord;
  letter: Partial<DeadLetter>;
  replayed: boolean;
  mayReplay: boolean;
  csrf: string | undefined;
}

/** More of it helps nobody to read; the whole is in the field below and in the JSON. */
const SHOWN = 20_000;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Line ends stay, all else that cannot be seen is written out. */
const shown = (text: string): string => text.slice(0, SHOWN).split('\n').map(visible).join('\n');

const textView = (text: string, marked: Marked | undefined): Html =>
  marked
    ? html`${shown(marked.before)}<mark>${shown(marked.wrong) || ' '}</mark>${shown(marked.after)}`
    : html`${shown(text)}`;

const facts = ({ record, letter }: LetterView, { words }: Speech, links: Links): Html => {
  const { dead } = words;
  const id = textOf(letter.id);
  const rows: [string, Html | string][] = [
    [dead.time, html`<time datetime="${textOf(letter.at)}">${visible(textOf(letter.at))}</time>`],
    [dead.reason, html`<code>${visible(textOf(letter.reason))}</code>`],
    [dead.step, html`<code>${visible(textOf(letter.step))}</code>`],
    [dead.type, html`<span data-raw>${visible(textOf(letter.type)) || '–'}</span>`],
    [dead.site, html`<span data-raw>${visible(textOf(letter.site)) || '–'}</span>`],
    [
      dead.id,
      id
        ? html`<a class="mono" data-raw href="${links('kafidx', `/kafidx/trace/${encodeURIComponent(id)}`)}">${visible(id)}</a>`
        : '–',
    ],
    [dead.position, html`<code>${visible(textOf(letter.position))}</code>`],
    [dead.logPosition, html`<code>${record.topic}/${record.partition}/${record.position}</code>`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
};

const wrong = (letter: Partial<DeadLetter>, marked: Marked | undefined, { words, lang }: Speech): Html => {
  const { dead } = words;
  const field = fieldOf(letter);
  const where = marked && say(dead.place, { line: marked.line, column: marked.column }, lang);
  return html`<p class="notice bad" id="wrong"><strong data-raw>${visible(textOf(letter.message)) || '–'}</strong></p>
<p class="quiet">${field !== undefined && html`${dead.field} <code>${visible(field)}</code>`}${field !== undefined && where && ' · '}${where}</p>
${letter.reason === 'too_large' && notice(dead.cut, 'warn')}${letter.step === 'stats' && notice(dead.isEvent, 'warn')}`;
};

const original = (
  letter: Partial<DeadLetter>,
  text: string,
  marked: Marked | undefined,
  { words }: Speech,
): Html => {
  const { dead } = words;
  const isText = letter.encoding !== 'base64';
  return html`${isText && html`<pre class="raw" id="original" tabindex="0" role="region" aria-label="${dead.asText}">${textView(text, marked)}</pre><p class="quiet">${dead.hidden}</p>`}
<details${!isText && html` open`}><summary>${dead.asHex}</summary><pre class="raw hex" tabindex="0" role="region" aria-label="${dead.asHex}">${hexDump(bytesOf(letter))}</pre></details>`;
};

const mend = ({ mayReplay }: LetterView, text: string, { words }: Speech): Html => {
  const { dead } = words;
  if (!mayReplay) return notice(dead.mayNot);
  return html`<p class="quiet" id="mend-hint">${dead.mendHint}</p>
<textarea id="mend" data-raw class="mono" rows="16" aria-label="${dead.mend}" aria-describedby="mend-hint" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="soft">\n${editable(text)}</textarea>
<div id="check" class="checked" role="status" aria-live="polite"></div>
<p class="actions"><button type="button" class="primary" id="replay">${dead.replay}</button></p>
<div id="sent" role="status" aria-live="polite"></div>`;
};

/** The screen of one letter: what is wrong, as it lay in the buffer, and the field to mend it in. */
export const letterPage = (view: LetterView, speech: Speech, links: Links): Screen => {
  const { record, letter, replayed, csrf } = view;
  const { dead } = speech.words;
  const text = bytesOf(letter).toString('utf8');
  const marked = letter.encoding === 'base64' ? undefined : markWrong(text, letter);
  return {
    tab: 'dead',
    title: dead.letter,
    width: 'text',
    scripts: ['letter.js'],
    styles: ['dead.css'],
    facts: {
      words: dead,
      base: links('kafidx', '/kafidx/dead'),
      trace: links('kafidx', '/kafidx/trace'),
      place: placeText(record),
      csrf,
    },
    body: html`<p class="back"><a href="${links('kafidx', '/kafidx/dead')}">← ${dead.back}</a></p>
<h1>${dead.letter}${replayed && html` ${badge(dead.replayed, 'good')}`}</h1>
<div class="columns">${card(dead.wrong, wrong(letter, marked, speech))}${card(dead.facts, facts(view, speech, links))}</div>
${card(dead.original, original(letter, text, marked, speech))}
${card(dead.mend, mend(view, text, speech))}`,
  };
};
