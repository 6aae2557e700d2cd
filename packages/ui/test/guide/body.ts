import {
  badge,
  card,
  choices,
  codeBlock,
  confirmDialog,
  createFormat,
  crumbs,
  empty,
  field,
  type Html,
  html,
  menu,
  notice,
  pagesNav,
  progress,
  rangePicker,
  type Speech,
  select,
  share,
  spark,
  table,
  tabs,
  tile,
  tiles,
  toggle,
} from '../../src/index.ts';

/** The guide's own texts count as data: they are in no language file. */
const raw = (body: unknown): Html => html`<div data-raw>${body as Html}</div>`;

const pages = [
  ['/', 41_230, 12_877],
  ['/shop/shoes?colour=red', 18_004, 7401],
  ['/a/very/long/path/that/nobody/can/read/at/once/and/that/goes/on/and/on.html', 931, 310],
  ['/about', 12, 12],
] as const;

const numbers = ({ words, lang }: Speech): Html => {
  const format = createFormat({ lang });
  return html`${tiles([
    tile(
      { label: 'Events', value: 128_402, before: 101_233, href: '?m=events', current: true },
      format,
      words,
    ),
    tile({ label: 'Visitors', value: 31_920, before: 34_001, href: '?m=visitors' }, format, words),
    tile({ label: 'Goals', value: 0.0312, before: 0.0312, write: format.percent }, format, words),
    tile(
      { label: 'Dead letters', value: 14, before: 2, lessIsBetter: true, note: 'Not kept, but not lost' },
      format,
      words,
    ),
  ])}
  ${card(
    'Events',
    html`<div id="chart"></div>`,
    toggle('Interval', [
      { href: '?i=hour', text: 'Hours' },
      { href: '?i=day', text: 'Days', current: true },
    ]),
  )}
  <div class="columns">
  ${card(
    'Pages',
    table({
      caption: 'Pages by events',
      sortable: true,
      columns: [
        { text: 'Page' },
        { text: 'Events', number: true },
        { text: 'Visitors', number: true, wide: true },
      ],
      rows: pages.map(([path, events, visitors]) => [
        html`<div class="behind">${share(events / 41_230)}<a href="?path=${path}">${path}</a></div>`,
        format.number(events),
        format.number(visitors),
      ]),
      foot: ['All', format.number(60_177), format.number(20_600)],
    }),
  )}
  ${card('Countries', html`<div id="map"></div>`)}
  ${card('Last 30 minutes', html`<div id="bars"></div>`)}
  ${card('Small bars', html`${spark([1, 4, 2, 8, 16, 12, 3, 0, 5, 9], 'Events of ten hours')}<p>${share(0.37)}</p>${progress('Replaying', 0.4)} ${progress('Waiting')}`)}
  </div>`;
};

const forms = ({ words }: Speech): Html => html`<div class="columns">
${card(
  'A form',
  html`<form class="stack" method="get">
  ${field({ name: 'name', label: 'Name of the site', value: 'Shoe "shop"', hint: 'Only people with an account see it.', required: true })}
  ${field({ name: 'origin', label: 'Allowed origin', value: 'htp:/x', error: 'This is no origin. Write https://example.org', exact: true })}
  ${select({
    name: 'zone',
    label: 'Time zone',
    value: 'Europe/Berlin',
    options: [
      { value: 'UTC', text: 'UTC' },
      { value: 'Europe/Berlin', text: 'Europe/Berlin' },
    ],
  })}
  ${field({ name: 'paths', label: 'Excluded paths', type: 'textarea', rows: 2, value: '/admin/*', hint: 'One a line.' })}
  <label class="check"><input type="checkbox" name="bots" checked> Count bots too</label>
  ${choices(
    'Role',
    'role',
    [
      { value: 'owner', text: 'Owner' },
      { value: 'marketer', text: 'Marketer' },
      { value: 'engineer', text: 'Engineer' },
    ],
    'marketer',
  )}
  <div class="actions"><button class="primary">Save</button><button type="button">Cancel</button><button type="button" class="plain">More</button><button type="button" class="bad" data-dialog="sure">Remove</button><button disabled>Wait</button></div>
  </form>
  ${confirmDialog('sure', 'Remove the site?', 'Its numbers stay. The snippet stops counting at once.', html`<button class="primary">Remove</button>`, words)}`,
)}
<div class="stack">
${notice(html`<b>Kept.</b> The first visit has arrived.`, 'good')}
${notice('The address is that of your proxy: set TRUSTED_PROXIES.', 'warn')}
${notice('No hit came. Look at the content policy of the page.', 'bad')}
${notice('Nothing to do yet.')}
<p>${badge('new')} ${badge('kept', 'good')} ${badge('bot', 'warn')} ${badge('dead', 'bad')} <kbd>Esc</kbd> <a href="?x">A link</a> <span class="quiet">quiet</span> <span class="mono">mono 0123</span></p>
${card('Snippet', codeBlock('snippet', 'Snippet', '<script src="https://trk.example.org/t.js" async></script>', words))}
${card(undefined, empty('No sites yet', 'A site appears here with its first hit, or when you add it.', html`<a class="button primary" href="?add">Add a site</a>`))}
</div></div>`;

/** All parts on one page. */
export const guideBody = (speech: Speech): Html =>
  raw(html`
${crumbs(
  [
    { href: '/sites', text: 'Sites' },
    { text: 'example.org', raw: true },
  ],
  speech.words,
)}
<div class="page-head"><h1>All parts</h1><div class="toolbar">
${menu('example.org', html`<ul><li><a href="?s=1" aria-current="true">example.org</a></li><li><a href="?s=2">shop.example.org</a></li></ul>`)}
${rangePicker(
  {
    shown: 'Last 30 days',
    ready: [
      { href: '?r=30m', text: 'Last 30 minutes' },
      { href: '?r=30d', text: 'Last 30 days', current: true },
    ],
    from: '2026-10-04',
    to: '2026-11-03',
    zone: 'Asia/Kolkata',
    zones: ['UTC', 'Asia/Kolkata'],
    action: '/',
    hidden: { site: 'a' },
  },
  speech.words,
)}
<button>CSV</button></div></div>
${tabs('Views', [
  { href: '?t=1', text: 'Overview', current: true },
  { href: '?t=2', text: 'Goals', count: '3' },
  { href: '?t=3', text: 'What was not kept' },
])}
${numbers(speech)}
<h2 class="guide-next">Forms and messages</h2>
${forms(speech)}
${pagesNav({ newer: '?p=1', older: '?p=3' }, speech.words)}`);
