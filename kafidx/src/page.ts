import { type Html, html, loadAssets, type NavLink, type PageOptions } from '@pushtech/ui';

const scripts = [
  'live.js',
  'stream.js',
  'filter-form.js',
  'rows.js',
  'cells.js',
  'detail.js',
  'visible.js',
] as const;

export const liveAssets = loadAssets(new URL('./browser/', import.meta.url), [...scripts, 'live.css']);

const field = (name: string, label: string, placeholder: string, listId = ''): Html => html`
<label>${label} <input name="${name}" placeholder="${placeholder}" list="${listId}" autocomplete="off" autocapitalize="off" spellcheck="false"></label>`;

const filters = html`
<form id="filter" class="filters" aria-label="Filter">
${field('type', 'Type', 'pageview', 'types')}${field('site', 'Site', 'example.org')}${field('country', 'Country', 'DE')}${field('path', 'Path', '/shop/*')}${field('id', 'Event id', 'one event')}
<label class="check"><input type="checkbox" name="bots" checked> Bots</label>
<label class="check"><input type="checkbox" name="dead" checked> Dead letters</label>
<datalist id="types">${['pageview', 'outbound', 'download', 'click', 'search', 'offer.view', 'offer.click', 'request', 'heartbeat'].map((type) => html`<option value="${type}">`)}</datalist>
</form>`;

const status = html`
<div class="status">
<span id="state" class="state" role="status" data-state="connecting">Connecting</span>
<span><b id="rate">0</b> events/s</span>
<span id="dead-rate" hidden><b>0</b> dead/s</span>
<span id="skipped" class="badge warn" title="Rows this browser had no room for, or that were too many to read" hidden></span>
<span class="grow"></span>
<button type="button" id="fold" aria-expanded="false" aria-controls="filter">Filter</button>
<button type="button" id="pause" aria-pressed="false" title="Space">Pause</button>
<button type="button" id="clear">Clear</button>
</div>`;

const rows = html`
<div class="rows" id="scroll">
<table id="table" aria-label="Events, newest first">
<thead><tr><th>Time</th><th>Type</th><th>Site</th><th>Path</th><th>Place</th><th>Device</th><th>Source</th></tr></thead>
<tbody id="rows"></tbody>
</table>
<div class="empty" id="empty"><strong>Waiting for events</strong>Every event appears here within a moment of its arrival. Older ones are not shown. <noscript>This page needs JavaScript.</noscript></div>
</div>`;

const detail = html`
<aside class="detail" id="detail" aria-label="Event" tabindex="-1" hidden>
<div class="detail-bar"><h2 id="detail-title"></h2><button type="button" class="plain" id="detail-follow">Follow this id</button><button type="button" class="plain" id="detail-close" title="Esc">Close</button></div>
<pre id="detail-json" tabindex="0" aria-label="The record as JSON"></pre>
</aside>`;

/** The live viewer's page; all that moves in it is done by `browser/live.js`. */
export const livePage = ({
  nav,
  aside,
}: {
  nav: readonly NavLink[];
  aside: Html | undefined;
}): PageOptions => ({
  title: 'Live',
  width: 'wide',
  nav,
  current: '/kafidx',
  ...(aside && { aside }),
  scripts: [liveAssets.url('live.js')],
  styles: [liveAssets.url('live.css')],
  body: html`<h1 class="visually-hidden">Live events</h1>
<div class="tools">${status}${filters}<p id="problem" class="notice bad" role="alert" hidden></p></div>
<div class="view">${rows}${detail}</div>`,
});
