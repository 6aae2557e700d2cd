import { type Html, html, type Links, type Words } from '@pushtech/ui';
import type { Screen } from './screen.ts';

/** Offered before any was seen (DESIGN §6). */
const types = [
  'pageview',
  'outbound',
  'download',
  'click',
  'search',
  'offer.view',
  'offer.click',
  'request',
  'heartbeat',
];

type Live = Words['live'];

const status = (live: Live): Html => html`
<div class="status">
<span id="state" class="state" role="status" data-state="connecting">${live.connecting}</span>
<span class="rate"><b id="rate">0</b> ${live.perSecond}</span>
<span class="rate" id="dead-rate" hidden><b>0</b> ${live.deadPerSecond}</span>
<span id="skipped" class="badge warn" title="${live.skippedWhy}" hidden></span>
<canvas id="graph" role="img" aria-label="${live.graph}"></canvas>
</div>`;

const filter = (live: Live): Html => html`
<div class="filter">
<input id="filter" class="mono" type="text" role="combobox" aria-label="${live.filter}" aria-describedby="filter-help" aria-expanded="false" aria-controls="filter-offers" aria-autocomplete="list" placeholder="${live.filter}" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="search">
<button type="button" id="filter-clear" class="plain" hidden>${live.clear}</button>
<span id="filter-help" class="visually-hidden">${live.filterHelp}</span>
<div id="filter-offers" class="offers" role="listbox" aria-label="${live.suggestions}" hidden></div>
</div>`;

const columns = (live: Live): Html => html`
<details id="columns" class="menu"><summary>${live.columns}</summary>
<div class="menu-body"><div id="column-list" role="group" aria-label="${live.columns}"></div><button type="button" id="columns-reset" class="plain">${live.columnsReset}</button></div>
</details>`;

const buttons = (live: Live): Html => html`
<div class="buttons">
<button type="button" id="pause" aria-pressed="false" aria-keyshortcuts="Space">${live.pause}</button>
<span id="steps" class="steps" hidden><button type="button" id="next" aria-keyshortcuts="n">${live.next}</button><button type="button" id="batch" aria-keyshortcuts="b"></button><span id="waiting" role="status"></span></span>
${columns(live)}
<button type="button" id="share">${live.share}</button>
<button type="button" id="clear">${live.clear}</button>
<button type="button" id="help-open" aria-label="${live.help}" aria-keyshortcuts="?">?</button>
</div>`;

const list = (live: Live, noScript: string): Html => html`
<div class="rows">
<div id="table" role="grid" tabindex="0" aria-label="${live.list}" data-rows="0">
<div role="rowgroup" class="head"><div id="head" class="row" role="row"></div></div>
<div id="rows" role="rowgroup"><div id="sheet" role="presentation" data-raw></div></div>
</div>
<button type="button" id="newer" class="primary newer" hidden></button>
<div class="empty" id="empty"><strong id="empty-title">${live.waitingTitle}</strong><span id="empty-text">${live.waitingText}</span> <button type="button" id="show-all" hidden>${live.showAll}</button><noscript> ${noScript}</noscript></div>
</div>`;

const detail = (live: Live): Html => html`
<aside class="detail" id="detail" aria-label="${live.detail}" tabindex="-1" hidden>
<div class="detail-bar"><h2 id="detail-title"></h2>
<fieldset class="segments"><legend class="visually-hidden">${live.view}</legend><label><input type="radio" name="view" id="as-tree" checked><span>${live.tree}</span></label><label><input type="radio" name="view" id="as-text"><span>${live.text}</span></label></fieldset>
<button type="button" class="plain" id="detail-close" aria-keyshortcuts="Escape">${live.close}</button></div>
<div class="detail-tools"><button type="button" id="detail-follow">${live.filterId}</button><a class="button" id="detail-trace">${live.trace}</a><a class="button" id="detail-dead">${live.openDead}</a><button type="button" id="copy-json">${live.copyJson}</button><button type="button" id="copy-curl">${live.copyCurl}</button></div>
<div id="detail-body" class="detail-body" tabindex="0" role="group" aria-label="${live.json}"><div id="detail-tree" class="json mono" data-raw></div><pre id="detail-json" hidden></pre></div>
</aside>`;

const keyNames: [keyof Live['keys'], string[]][] = [
  ['move', ['j', 'k', '↓', '↑']],
  ['open', ['Enter']],
  ['pause', ['Space']],
  ['next', ['n']],
  ['batch', ['b']],
  ['filter', ['/']],
  ['close', ['Esc']],
  ['help', ['?']],
];

const help = (live: Live): Html => html`
<dialog id="help" class="help" aria-labelledby="help-title"><h2 id="help-title">${live.help}</h2>
<dl>${keyNames.map(([name, keys]) => html`<div><dt data-raw>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${live.keys[name]}</dd></div>`)}</dl>
<p class="quiet">${live.filterHelp}</p>
<p><code>${live.filterHint}</code></p>
<form method="dialog"><button class="primary">${live.close}</button></form></dialog>`;

/** The live viewer's page; all that moves in it is done by `browser/live.js`. */
export const livePage = (words: Words, links: Links): Screen => ({
  tab: 'live',
  title: words.live.title,
  width: 'wide',
  scripts: ['live.js'],
  styles: ['live.css', 'list.css', 'panel.css'],
  facts: {
    words: words.live,
    types,
    tracker: links('trk', '/t'),
    trace: links('kafidx', '/kafidx/trace'),
    dead: links('kafidx', '/kafidx/dead'),
  },
  body: html`<h1 class="visually-hidden">${words.live.heading}</h1>
<div class="tools">${status(words.live)}<div class="bar-line">${filter(words.live)}${buttons(words.live)}</div><div id="filter-problems" class="notice warn" role="alert" hidden></div><p id="problem" class="notice bad" role="alert" hidden></p></div>
<div class="view">${list(words.live, words.common.needsScript)}${detail(words.live)}</div>${help(words.live)}`,
});
