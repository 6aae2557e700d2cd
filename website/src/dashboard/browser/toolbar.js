// What is shown, chosen.
import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { visible } from '@pushtech/ui/browser/visible.js';
import { say, spanOf, spanTexts, words } from './context.js';
import { openShares } from './share.js';
import { widenedTexts } from './widened.js';
import { tellZone } from './zone.js';

const select = (name, label) =>
  element('select', { name, 'aria-label': label, title: label, 'data-key': name });

const option = ([value, label, raw]) => element('option', { value, 'data-raw': raw }, label);

const fill = (control, choices, chosen) => {
  const wanted = choices.map(([value]) => value).join('\n');
  if (control.dataset.choices !== wanted) {
    control.replaceChildren(...choices.map(option));
    control.dataset.choices = wanted;
  }
  control.value = chosen;
};

const withRaw = (names) => names.map((name) => [name, visible(name), true]);

const isZone = (text) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
};

/** Lists name some zones by older names (Asia/Calcutta) than people do: what is a zone counts. */
const zoneOf = (text, zones) =>
  zones.find((zone) => zone.toLowerCase() === text.toLowerCase()) ??
  (text !== '' && isZone(text) ? text : undefined);

const zoneInput = (follow) => {
  const list = element('datalist', { id: 'zones' });
  const input = element('input', {
    name: 'tz',
    list: 'zones',
    'aria-label': words.zone,
    title: words.zone,
    autocomplete: 'off',
    spellcheck: 'false',
    'data-key': 'tz',
  });
  const zones = () => ['UTC', ...Intl.supportedValuesOf('timeZone')];
  input.addEventListener('focus', () => {
    if (list.childElementCount === 0)
      list.append(...zones().map((zone) => element('option', { value: zone })));
    input.select();
  });
  const take = () => {
    const found = zoneOf(input.value.trim(), zones());
    input.setCustomValidity(found ? '' : words.zoneUnknown);
    if (!found) return input.reportValidity();
    tellZone(found);
    follow({ tz: found });
  };
  input.addEventListener('change', take);
  // Without a form around it, Enter alone changes nothing.
  input.addEventListener('keydown', ({ key }) => key === 'Enter' && input.blur());
  return { input, list };
};

const dateInput = (name, label) =>
  element('input', {
    type: 'date',
    name,
    'aria-label': label,
    title: label,
    min: '1995-01-01',
    max: '2100-12-31',
    'data-key': name,
  });

const dateIn = (at, tz) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: tz,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);

/** @param {HTMLElement} place @param {{ follow(patch: object): void }} how */
export const createToolbar = (place, { follow }) => {
  const site = select('site', words.site);
  const type = select('type', words.type);
  const range = select('range', words.range);
  const bots = select('bots', words.bots);
  const from = dateInput('from', words.from);
  const to = dateInput('to', words.to);
  const dates = element(
    'span',
    { class: 'dates' },
    from,
    element('span', { 'aria-hidden': 'true' }, '–'),
    to,
  );
  const zone = zoneInput(follow);
  const compare = element('input', { type: 'checkbox', name: 'compare', 'data-key': 'compare' });
  const share = element('button', { type: 'button', 'data-key': 'share' }, words.share.button);
  const span = element('p', { class: 'span', 'aria-live': 'polite' });
  let shown;

  place.setAttribute('aria-label', words.toolbar);
  place.replaceChildren(
    ...[
      element(
        'div',
        { class: 'controls' },
        ...[range, dates, !facts.oneSite && site, type, bots, zone.input, zone.list].filter(Boolean),
        element('label', { class: 'check' }, compare, words.compare),
        facts.mayWrite && share,
      ),
      span,
    ].filter(Boolean),
  );

  const closed = { open: undefined, value: undefined };
  site.addEventListener('change', () => follow({ site: site.value || undefined, tz: undefined, ...closed }));
  type.addEventListener('change', () => follow({ type: type.value || undefined, ...closed }));
  bots.addEventListener('change', () => follow({ bots: bots.value === 'exclude' ? undefined : bots.value }));
  compare.addEventListener('change', () => follow({ compare: compare.checked ? undefined : '0' }));
  share.addEventListener('click', () => openShares(shown));
  range.addEventListener('change', () => {
    if (range.value !== 'custom') return follow({ range: range.value, from: undefined, to: undefined });
    const { tz, from: start, to: end } = { ...shown.frame, ...spanOf(shown) };
    follow({ range: undefined, from: dateIn(start, tz), to: dateIn(end - 1, tz) });
  });
  const dated = () => {
    if (!from.value || !to.value) return;
    const [first, last] = [from.value, to.value].sort();
    follow({ range: undefined, from: first, to: last });
  };
  from.addEventListener('change', dated);
  to.addEventListener('change', dated);

  return {
    show(view) {
      shown = view;
      const { frame } = view;
      fill(
        range,
        facts.ranges.map((name) => [name, words.ranges[name]]),
        frame.range,
      );
      fill(site, [['', words.allSites], ...withRaw(view.sites)], frame.site ?? '');
      const types =
        frame.type === undefined || view.types.includes(frame.type)
          ? view.types
          : [...view.types, frame.type];
      fill(type, [['', words.allTypes], ...withRaw(types)], frame.type ?? '');
      fill(bots, Object.entries(words.botsChoices), frame.bots);
      compare.checked = frame.before !== undefined;
      compare.disabled = frame.range === 'all';
      zone.input.value = frame.tz;
      dates.hidden = frame.range !== 'custom';
      if (frame.range === 'custom') {
        from.value = dateIn(frame.from, frame.tz);
        to.value = new URLSearchParams(location.search).get('to') ?? from.value;
      }
      const compared = frame.before && say(words.compared, spanTexts(frame.before, frame.tz));
      span.replaceChildren(
        ...(frame.range === '30m' ? [element('span', { class: 'live' }, words.live), ' '] : []),
        say(words.span, spanTexts(spanOf(view), frame.tz)),
        ...(compared ? [element('span', { class: 'hint' }, ` ${compared}`)] : []),
        ...widenedTexts(view).map((text) => element('span', { class: 'hint widened' }, text)),
      );
    },
  };
};
