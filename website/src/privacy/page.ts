import { field, type Html, html, type Links, type Speech, say } from '@pushtech/ui';
import type { Kept } from '../config.ts';

export type Problem = 'missing' | 'tooLong' | 'badKind';

export interface PrivacyFacts {
  speech: Speech;
  links: Links;
  kept: Kept;
  /** How long and how many event ids are recognised; `undefined` while that is not known. */
  window: { days: number; ids: number } | undefined;
  mayDecide: boolean;
  asked?: { visitor: string; kind: string; problem: Problem };
}

const days = (n: number, { words, lang }: Speech): string =>
  n === 0 ? words.privacy.time.forever : say(words.privacy.time.days, { n }, lang);

const timeTable = ({ speech, kept, window }: PrivacyFacts): Html => {
  const { time } = speech.words.privacy;
  const row = (what: string, long: string) => html`<tr><td>${what}</td><td>${long}</td></tr>`;
  const ids = window && say(time.orIds, { days: days(window.days, speech), n: window.ids }, speech.lang);
  return html`<section><h2 id="time">${time.heading}</h2>
<table aria-labelledby="time" class="panel-table"><thead><tr><th scope="col">${time.what}</th><th scope="col">${time.long}</th></tr></thead>
<tbody>${row(time.events, days(kept.logDays, speech))}${row(time.counters, days(kept.countersDays, speech))}${row(time.visitors, time.oneDay)}${ids !== undefined && row(time.ids, ids)}</tbody></table></section>`;
};

const keptList = ({ words }: Speech): Html => {
  const { heading, address, visitor, cookie, page, consent } = words.privacy.kept;
  return html`<section><h2>${heading}</h2><ul>${[address, visitor, page, cookie, consent].map((text) => html`<li>${text}</li>`)}</ul></section>`;
};

const optOut = ({ words }: Speech): Html => {
  const { heading, text, on, isOff } = words.privacy.optOut;
  return html`<section><h2>${heading}</h2><p>${text}</p>
<p class="row"><button type="button" id="opt-out" aria-pressed="false">${on}</button><span id="opt-out-state" role="status">${isOff}</span></p>
<noscript><p class="notice">${words.common.needsScript}</p></noscript></section>`;
};

const askForm = ({ speech, links, asked }: PrivacyFacts): Html => {
  const { ask } = speech.words.privacy;
  const choice = (kind: 'export' | 'erase', text: string) =>
    html`<label class="check"><input type="radio" name="kind" value="${kind}"${(asked?.kind || 'export') === kind && html` checked`}> ${text}</label>`;
  return html`<section id="ask"><h2>${ask.heading}</h2><p>${ask.text}</p>
<form class="panel stack" method="post" action="${links('www', '/privacy/requests')}#ask" novalidate>
${field({ name: 'visitor', label: ask.visitor, value: asked?.visitor, error: asked && ask[asked.problem], required: true, exact: true, maxlength: 128, autocomplete: 'off' })}
<fieldset><legend>${ask.kind}</legend><div class="actions">${choice('export', ask.export)}${choice('erase', ask.erase)}</div></fieldset>
<p><button class="primary">${ask.send}</button></p></form></section>`;
};

/** What is kept, for how long, and what visitors can do about it. */
export const privacyPage = (facts: PrivacyFacts): Html => {
  const { speech, links, mayDecide } = facts;
  const { privacy } = speech.words;
  return html`<div class="prose"><h1>${privacy.title}</h1><p class="lead">${privacy.lead}</p>
${mayDecide && html`<p class="notice"><a href="${links('www', '/privacy/requests')}">${privacy.requests.link}</a></p>`}
${keptList(speech)}${timeTable(facts)}${optOut(speech)}${askForm(facts)}</div>`;
};

/** What happens next with a request. */
export const donePage = (speech: Speech, links: Links, kind: 'export' | 'erase', id: string): Html => {
  const { done } = speech.words.privacy;
  return html`<div class="prose"><h1>${done.heading}</h1><p>${done[kind]}</p>
<p>${done.number} <code>${id}</code></p><p><a href="${links('www', '/privacy')}">${done.back}</a></p></div>`;
};
