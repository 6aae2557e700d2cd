import { crumbs, type Html, html, type Links, type Speech, say } from '@pushtech/ui';

export interface CheckFacts {
  speech: Speech;
  links: Links;
  label: string;
  name: string;
  /** A page of the site, as a first guess. */
  url: string;
}

/** The live check of one site; all that moves in it is done by `browser/check.js`. */
export const checkPage = ({ speech, links, label, name, url }: CheckFacts): Html => {
  const { words } = speech;
  const { checking, title } = words.sites;
  const site = links('www', `/sites/${encodeURIComponent(label)}`);
  const way = [
    { href: links('www', '/sites'), text: title },
    { href: site, text: name, raw: true },
    { text: words.sites.check },
  ];
  return html`${crumbs(way, words)}<h1 data-raw>${say(checking.title, { name })}</h1><p class="lead">${checking.text}</p>
<section class="panel">
<form id="check-form" class="check-form" novalidate><div class="field"><label for="check-url">${checking.url}</label>
<input id="check-url" type="url" name="url" value="${url}" required maxlength="2048" autocomplete="url" spellcheck="false" autocapitalize="off" placeholder="${checking.urlExample}"></div>
<button class="primary" id="check-go" disabled>${checking.go}</button></form>
<p class="check-state" id="check-state" role="status" data-state="connecting"><span class="dot" aria-hidden="true"></span> <span id="check-text">${checking.connecting}</span> <small id="check-after"></small></p>
<p id="check-link" class="notice warn" hidden></p>
<noscript><p class="notice warn">${words.common.needsScript}</p></noscript>
<dl class="facts" id="check-event" hidden></dl></section>
<section class="panel" id="check-findings" aria-labelledby="check-findings-title" hidden><h2 id="check-findings-title">${checking.findings}</h2>
<ul class="findings" id="findings"></ul><p id="check-unmarked" class="quiet" hidden></p></section>
<section class="panel" id="check-next" aria-labelledby="check-next-title" hidden><h2 id="check-next-title">${checking.next}</h2><ul class="findings" id="next"></ul></section>
<p class="row"><a href="${site}">${checking.back}</a></p>`;
};
