import type { PrivacyRequest } from '@pushtech/store';
import { type Html, html, type Links, type Speech } from '@pushtech/ui';

interface Facts {
  speech: Speech;
  links: Links;
  requests: readonly PrivacyRequest[];
  csrf: string | undefined;
}

const timeOf = (at: number, { lang }: Speech): Html => {
  const locale = lang === 'xx' ? 'en' : lang;
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return html`<time datetime="${new Date(at).toISOString()}">${text.format(at)} UTC</time>`;
};

/** A copy is downloaded and ticked off; erasing is done by a task, which ticks it off itself. */
const actions = ({ id, kind, visitor, doneAt }: PrivacyRequest, { speech, links, csrf }: Facts): Html => {
  const { requests: words } = speech.words.privacy;
  if (doneAt !== undefined || visitor === undefined) return html``;
  if (kind === 'erase') return html`<code data-raw>npm run tasks -- erase --request ${id}</code>`;
  const download = `${links('www', '/privacy/export')}?visitor=${encodeURIComponent(visitor)}`;
  return html`<div class="row"><a href="${download}">${words.download}</a><form method="post" action="${links('www', `/privacy/requests/${id}/done`)}">
${csrf !== undefined && html`<input type="hidden" name="csrf" value="${csrf}">`}<button>${words.finish}</button></form></div>`;
};

const row = (request: PrivacyRequest, facts: Facts): Html => {
  const { kind, visitor, at, doneAt } = request;
  const { speech } = facts;
  const { requests: words } = speech.words.privacy;
  return html`<tr><td>${timeOf(at, speech)}</td><td>${words[kind]}</td><td class="mono" data-raw>${visitor ?? '–'}</td>
<td>${doneAt === undefined ? html`<span class="badge warn">${words.open}</span>` : html`<span class="badge good">${words.done}</span> ${timeOf(doneAt, speech)}`}</td>
<td>${actions(request, facts)}</td></tr>`;
};

/** What visitors asked for, newest first, for owners. */
export const requestsPage = (facts: Facts): Html => {
  const { speech, requests } = facts;
  const { requests: words } = speech.words.privacy;
  if (requests.length === 0) {
    return html`<h1>${words.title}</h1><div class="empty"><strong>${words.empty}</strong>${words.emptyText}</div>`;
  }
  return html`<h1 id="requests-title">${words.title}</h1><p>${words.lead} ${words.eraseNote}</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="requests-title"><table>
<thead><tr><th scope="col">${words.at}</th><th scope="col">${words.kind}</th><th scope="col">${words.visitor}</th><th scope="col">${words.state}</th><td></td></tr></thead>
<tbody>${requests.map((request) => row(request, facts))}</tbody></table></div>`;
};
