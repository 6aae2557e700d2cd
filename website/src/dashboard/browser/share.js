// Links that show these numbers to others.
import { element } from '@pushtech/ui/browser/element.js';
import { visible } from '@pushtech/ui/browser/visible.js';
import { formatIn, say, words } from './context.js';
import { write } from './load.js';

const text = words.share;
const days = { none: undefined, d7: 7, d30: 30, d365: 365 };

const select = (name, choices) =>
  element(
    'select',
    { name },
    ...choices.map(([value, label, raw]) => element('option', { value, 'data-raw': raw }, label)),
  );

/** What became of a link: `undefined` while it works. */
const endOf = ({ revokedAt, expires }) => {
  if (revokedAt !== undefined) return text.revoked;
  return expires !== undefined && expires <= Date.now() ? text.expired : undefined;
};

const shareRow = (share, zone, revoke) => {
  const format = formatIn(zone);
  const end = endOf(share);
  const button = element('button', { type: 'button' }, text.revoke);
  button.addEventListener('click', () => revoke(share));
  return element(
    'li',
    {},
    element(
      'span',
      {},
      element('b', { 'data-raw': true }, visible(share.name)),
      ' ',
      element(
        'span',
        { class: 'badge', 'data-raw': share.site !== undefined },
        share.site === undefined ? words.allSites : visible(share.site),
      ),
      element(
        'span',
        { class: 'hint' },
        say(text.madeAt, { at: format.dateTime(share.createdAt), who: visible(share.createdBy) }),
        share.expires !== undefined && !end
          ? `, ${say(text.until, { at: format.dateTime(share.expires) })}`
          : '',
      ),
    ),
    end ? element('span', { class: 'badge bad' }, end) : button,
  );
};

const copyButton = (input) => {
  const button = element('button', { type: 'button' }, text.copy);
  button.addEventListener('click', async () => {
    input.select();
    await navigator.clipboard.writeText(input.value).then(
      () => {
        button.textContent = text.copied;
      },
      () => {},
    );
  });
  return button;
};

const madeNotice = (url) => {
  const input = element('input', {
    readonly: true,
    'aria-label': text.link,
    value: new URL(url, location.href).href,
    'data-raw': true,
  });
  return element(
    'div',
    { class: 'notice made' },
    element('p', {}, text.made),
    element('p', { class: 'actions' }, input, copyButton(input)),
  );
};

/** @param {object} view */
export const openShares = (view) => {
  const made = element('div', { 'aria-live': 'polite' });
  const list = element('ul', { class: 'shares' });
  const problem = element('p', { class: 'notice bad', role: 'alert', hidden: true });
  const sites = [['', words.allSites], ...view.sites.map((site) => [site, site, true])];
  const site = select('site', sites);
  site.value = view.frame.site ?? '';
  const form = element(
    'form',
    { class: 'share-form' },
    element('label', {}, text.name, element('input', { name: 'name', required: true, maxlength: '80' })),
    element('label', {}, text.site, site),
    element(
      'label',
      {},
      text.days,
      select(
        'days',
        Object.keys(days).map((name) => [name, text.daysChoices[name]]),
      ),
    ),
    element('button', { class: 'primary' }, text.make),
  );
  const close = element('button', { type: 'button' }, text.close);
  const dialog = element(
    'dialog',
    { class: 'sheet', 'aria-labelledby': 'share-title' },
    element('h2', { id: 'share-title' }, text.title),
    ...[element('p', {}, text.intro), problem, form, made, element('h3', {}, text.list), list],
    element('p', { class: 'actions' }, close),
  );

  const attempt = async (run) => {
    problem.hidden = true;
    try {
      await run();
    } catch (error) {
      problem.textContent = say(words.problems.refused, { message: error.message });
      problem.hidden = false;
    }
  };
  const revoke = (share) =>
    attempt(async () => {
      await write(`shares/${encodeURIComponent(share.id)}`, 'DELETE');
      await show();
    });
  const show = async () => {
    const { shares } = await write('shares', 'GET');
    const rows = shares.map((share) => shareRow(share, view.frame.tz, revoke));
    list.replaceChildren(...(rows.length > 0 ? rows : [element('li', { class: 'hint' }, text.none)]));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { name, days: chosen } = form.elements;
    const body = {
      name: name.value,
      ...(site.value !== '' && { site: site.value }),
      ...(days[chosen.value] && { days: days[chosen.value] }),
    };
    void attempt(async () => {
      const { url } = await write('shares', 'POST', body);
      made.replaceChildren(madeNotice(url));
      made.querySelector('input').focus();
      form.reset();
      await show();
    });
  });
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  void attempt(show);
};
