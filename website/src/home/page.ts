import type { Places } from '@pushtech/place';
import type { ClientAddress } from '@pushtech/service';
import { type Html, html, type Links, type Speech, say } from '@pushtech/ui';

export interface HomeFacts {
  speech: Speech;
  links: Links;
  seen: ClientAddress;
  /** A forwarding header came from a sender that is not declared. */
  undeclared: boolean;
  place: string;
  isPrivate: boolean;
  /** Events of the last 30 days; `undefined` where they are not this visitor's to see, or not known. */
  events: number | undefined;
  /** Nothing but visits of these pages has been counted yet. */
  empty: boolean;
  mayRead: boolean;
  attribution: Places['attribution'];
  pixel: string;
}

const step = (id: string, name: string): Html => html`<li id="${id}"><span>${name}</span><b></b></li>`;

const visitCard = (facts: HomeFacts): Html => {
  const { speech, seen, undeclared, place, isPrivate, links, mayRead } = facts;
  const { visit } = speech.words.home;
  const placeText = place || (isPrivate ? visit.placeLocal : visit.placeUnknown);
  return html`<section class="panel visit" aria-labelledby="visit-title">
<div class="panel-head"><h2 id="visit-title">${visit.heading}</h2>
<span id="visit-state" class="badge" role="status" data-state="waiting">${visit.waiting}</span></div>
<ol class="road" id="road">${step('road-sent', visit.sent)}${step('road-received', visit.received)}${step('road-log', visit.onLog)}${step('road-here', visit.here)}</ol>
<p id="visit-problem" class="notice warn" role="alert" hidden></p>
<dl class="facts">
<dt>${visit.address}</dt><dd><span class="mono">${seen.address}</span> <small>${visit.from[seen.from]}</small></dd>
<dt>${visit.kept}</dt><dd><span class="mono" id="visit-ip">…</span> <small>${visit.masked}</small></dd>
<dt>${visit.place}</dt><dd id="visit-place"${place && html` data-raw`}>${placeText}</dd>
<dt>${visit.device}</dt><dd id="visit-device" data-raw>…</dd>
<dt>${visit.recognised}</dt><dd id="visit-recognised">…</dd>
</dl>
${undeclared && html`<p class="notice warn">${visit.undeclared}</p>`}
<noscript><p class="notice">${visit.needsScript}</p><img src="${facts.pixel}?title=Start" alt="" width="1" height="1"></noscript>
<p class="row"><button type="button" id="visit-again" hidden>${visit.again}</button>
${mayRead && html`<a id="visit-follow" href="${links('kafidx', '/kafidx/trace')}" hidden>${visit.follow}</a>`}</p>
</section>`;
};

const nextCard = (n: number, { title, text, go }: Record<'title' | 'text' | 'go', string>, href: string) =>
  html`<li class="panel next-card"><span class="step" aria-hidden="true">${n}</span><h3><a href="${href}">${title}</a></h3><p>${text}</p><span class="go" aria-hidden="true">${go} →</span></li>`;

const nextSteps = ({ speech, links, events, empty }: HomeFacts): Html => {
  const { home } = speech.words;
  return html`<section aria-labelledby="next-title"><h2 id="next-title">${home.next}</h2>
<ol class="cards">${nextCard(1, home.steps.site, links('www', '/sites'))}${nextCard(2, home.steps.numbers, links('www', '/dashboard'))}${nextCard(3, home.steps.live, links('kafidx', '/kafidx'))}</ol>
<p class="row quiet">${events !== undefined && events > 0 && html`<span>${say(home.sofar, { n: events }, speech.lang)}</span>`}
${empty && html`<a class="button" href="${links('www', '/dashboard')}">${home.example}</a>`}</p></section>`;
};

const about = ({ speech, links, attribution, mayRead }: HomeFacts): Html => {
  const { about: words, places } = speech.words.home;
  return html`<section aria-labelledby="about-title"><h2 id="about-title">${words.heading}</h2>
<p>${words.kept}</p>
<p class="row"><a href="${links('www', '/privacy')}">${words.privacy}</a><a href="${links('www', '/documentation')}">${words.docs}</a>${mayRead && html`<a href="${links('www', '/docs')}">${words.api}</a>`}</p>
${attribution && html`<p><small>${places} <a href="${attribution.url}" rel="noreferrer">${attribution.text}</a></small></p>`}</section>`;
};

/** The start page: what this is, the own visit, and where to go from here. */
export const homePage = (facts: HomeFacts): Html => html`<div class="hero">
<div><h1>${facts.speech.words.home.heading}</h1>
<p class="lead">${facts.speech.words.home.lead}</p></div>
${visitCard(facts)}</div>
${facts.mayRead && nextSteps(facts)}
${about(facts)}`;
