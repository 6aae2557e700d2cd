import { SITE_PATTERN } from '@pushtech/event';
import {
  badge,
  card,
  createFormat,
  empty,
  field,
  type Html,
  type HtmlValue,
  html,
  type Links,
  notice,
  type Speech,
  say,
  spark,
  table,
} from '@pushtech/ui';
import type { SiteList, SiteRow } from './known-sites.ts';

export interface ListFacts {
  speech: Speech;
  links: Links;
  list: SiteList;
  mayWrite: boolean;
  csrf: string | undefined;
  /** What was typed and is no name of a site. */
  wrong?: string | undefined;
}

const siteLink = (links: Links, label: string): string => links('www', `/sites/${encodeURIComponent(label)}`);

const addForm = ({ speech, links, csrf, wrong }: ListFacts): Html => {
  const { sites } = speech.words;
  return card(
    sites.add,
    html`<form class="add-site" method="post" action="${links('www', '/sites')}" novalidate>
${csrf !== undefined && html`<input type="hidden" name="csrf" value="${csrf}">`}<input type="hidden" name="zone" data-zone>
${field({ name: 'address', label: sites.address, hint: sites.addressHint, value: wrong, error: wrong && say(sites.badAddress, { value: wrong }), required: true, exact: true, maxlength: 2048, placeholder: sites.addressExample, inputmode: 'url', autocomplete: 'off' })}
<button class="primary">${sites.addGo}</button></form>`,
  );
};

const stateOf = ({ site, events }: SiteRow, { sites }: Speech['words']): Html => {
  if (!site) return html`<span class="badge warn" title="${sites.newHint}">${sites.new}</span>`;
  if (events === 0) return html`<span class="badge" title="${sites.silentHint}">${sites.silent}</span>`;
  return badge(sites.known, 'good');
};

const nameOf = ({ label, site }: SiteRow, { speech, links }: ListFacts): HtmlValue => {
  if (label === null) return html`<span class="quiet">${speech.words.sites.noSite}</span>`;
  const name = site?.name ?? label;
  const second = site && site.name !== label && html` <small data-raw>${label}</small>`;
  return SITE_PATTERN.test(label)
    ? html`<a href="${siteLink(links, label)}" data-raw>${name}</a>${second}`
    : html`<span data-raw>${name}</span>`;
};

const rowOf = (row: SiteRow, facts: ListFacts, number: (n: number) => string): HtmlValue[] => {
  const { speech, links } = facts;
  const { words, lang } = speech;
  const isLink = row.label !== null && SITE_PATTERN.test(row.label);
  const trend = row.days && spark(row.days, say(words.sites.trendOf, { name: row.label ?? '' }, lang));
  return [
    html`${nameOf(row, facts)} ${row.label !== null && stateOf(row, words)}`,
    html`<span data-raw>${number(row.events)}</span>`,
    trend && html`<div class="trend" data-raw>${trend}</div>`,
    isLink &&
      html`<div class="actions"><a href="${siteLink(links, row.label as string)}/check">${words.sites.check}</a><a href="${links('www', `/dashboard?site=${encodeURIComponent(row.label as string)}`)}">${words.sites.numbers}</a></div>`,
  ];
};

/** All sites: those that send by themselves and those that were named. */
export const listPage = (facts: ListFacts): Html => {
  const { speech, list, mayWrite } = facts;
  const { sites } = speech.words;
  const { number } = createFormat({ lang: speech.lang });
  const columns = [
    { text: sites.name },
    { text: sites.events, number: true },
    { text: sites.trend, wide: true },
    { text: sites.openSite, quiet: true },
  ];
  const rows = list.rows.map((row) => rowOf(row, facts, number));
  return html`<h1>${sites.title}</h1><p class="lead">${sites.lead}</p>
${mayWrite && addForm(facts)}
${list.unknown && notice(sites.unknownNumbers, 'warn')}
${list.rows.length === 0 ? empty(sites.empty, sites.emptyText) : card(undefined, table({ caption: sites.caption, columns, rows }))}
${list.others > 0 && html`<p class="quiet">${say(sites.others, { n: list.others }, speech.lang)}</p>`}`;
};
