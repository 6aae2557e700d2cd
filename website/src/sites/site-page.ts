import type { Site } from '@pushtech/store';
import {
  badge,
  card,
  codeBlock,
  confirmDialog,
  crumbs,
  type Field,
  field,
  type Html,
  html,
  type Links,
  notice,
  type Speech,
  say,
  tabs,
} from '@pushtech/ui';
import type { FieldName, Problems, Typed } from './site-form.ts';
import type { Variant } from './variants.ts';

export interface SiteFacts {
  speech: Speech;
  links: Links;
  label: string;
  /** None: it was not named yet. */
  site: Site | undefined;
  typed: Typed;
  problems: Problems;
  /** Said above the form. */
  outcome?: 'saved' | 'notSaved' | 'gone' | undefined;
  variants: readonly Variant[];
  variant: Variant['id'];
  mayWrite: boolean;
  csrf: string | undefined;
  /** Of who asks, to leave the own visits out. */
  address: string;
}

const hrefOf = ({ links, label }: SiteFacts, rest = ''): string =>
  links('www', `/sites/${encodeURIComponent(label)}${rest}`);

const csrfField = ({ csrf }: SiteFacts): Html | undefined =>
  csrf === undefined ? undefined : html`<input type="hidden" name="csrf" value="${csrf}">`;

const snippetCard = (facts: SiteFacts): Html => {
  const { words } = facts.speech;
  const { page } = words.sites;
  const chosen = facts.variants.find(({ id }) => id === facts.variant) as Variant;
  const choices = facts.variants.map(({ id }) => ({
    href: `${hrefOf(facts)}?send=${id}#snippet`,
    text: page[id],
    current: id === facts.variant,
  }));
  return html`<section class="panel" id="snippet"><header class="panel-head"><h2>${page.snippet}</h2></header>
${facts.variant === 'script' && html`<p>${page.snippetText}</p>`}
${tabs(page.variants, choices)}<p class="quiet">${page[`${chosen.id}Text`]}</p>
${codeBlock('snippet-code', page[chosen.id], chosen.code, words)}</section>`;
};

const checkCard = (facts: SiteFacts): Html => {
  const { page, numbers, live } = facts.speech.words.sites;
  const { links, label } = facts;
  const query = `?site=${encodeURIComponent(label)}`;
  return card(
    page.checkHeading,
    html`<p>${page.checkText}</p><p class="actions"><a class="button primary" href="${hrefOf(facts, '/check')}">${page.checkGo}</a><a class="button" href="${links('www', `/dashboard${query}`)}">${numbers}</a><a class="button" href="${links('kafidx', `/kafidx${query}`)}">${live}</a></p>`,
  );
};

const formField = (
  facts: SiteFacts,
  name: FieldName,
  given: Omit<Field, 'name' | 'value' | 'error'>,
): Html => {
  const { words, lang } = facts.speech;
  const wrong = facts.problems[name];
  return field({
    ...given,
    name,
    value: facts.typed[name],
    error: wrong && say(words.sites.problems[wrong.problem], wrong.values, lang),
    disabled: !facts.mayWrite,
    autocomplete: 'off',
  });
};

const list = (label: string, hint: string): Omit<Field, 'name' | 'value' | 'error'> => ({
  label,
  hint,
  type: 'textarea',
  rows: 3,
  exact: true,
});

const outcome = ({ outcome: what, speech }: SiteFacts): Html | undefined => {
  const { page, problems } = speech.words.sites;
  if (what === 'saved') return notice(page.saved, 'good');
  return what && notice(what === 'gone' ? problems.gone : page.notSaved, 'bad');
};

const settingsCard = (facts: SiteFacts): Html => {
  const { speech, label, site, mayWrite, address } = facts;
  const { page } = speech.words.sites;
  const { save, remove } = speech.words.common;
  return html`<section class="panel" id="settings"><header class="panel-head"><h2>${page.settings}</h2></header>
${outcome(facts)}${!site && !facts.outcome && notice(page.isNew)}${!mayWrite && notice(page.mayNot, 'warn')}
<form class="stack" method="post" action="${hrefOf(facts)}#settings" novalidate>${csrfField(facts)}
<div class="columns">${formField(facts, 'name', { label: page.nameLabel, hint: say(page.nameHint, { label }), required: true, maxlength: 100 })}
${formField(facts, 'zone', { label: page.zone, hint: page.zoneHint, required: true, list: 'zones', exact: true })}</div>
<datalist id="zones">${Intl.supportedValuesOf('timeZone').map((zone) => html`<option value="${zone}" data-raw></option>`)}</datalist>
${formField(facts, 'origins', list(page.origins, page.originsHint))}
${formField(facts, 'addresses', list(page.addresses, page.addressesHint))}
${mayWrite && html`<p class="own-address"><button type="button" data-add-address="${address}" hidden>${say(page.addOwn, { address })}</button></p>`}
${formField(facts, 'paths', list(page.paths, page.pathsHint))}
${mayWrite && html`<p class="actions"><button class="primary">${save}</button>${site && html`<button type="button" class="plain" data-dialog="remove-site">${page.remove}</button>`}</p>`}</form>
${mayWrite && site && confirmDialog('remove-site', say(page.removeTitle, { name: site.name }), page.removeText, html`<form method="post" action="${hrefOf(facts, '/remove')}">${csrfField(facts)}<button class="bad">${remove}</button></form>`, speech.words)}</section>`;
};

/** One site: what to paste, the check, and what its owner says of it. */
export const sitePage = (facts: SiteFacts): Html => {
  const { speech, links, label, site } = facts;
  const { sites } = speech.words;
  return html`${crumbs(
    [
      { href: links('www', '/sites'), text: sites.title },
      { text: label, raw: true },
    ],
    speech.words,
  )}
<h1 class="title"><span data-raw>${site?.name ?? label}</span> ${!site && badge(sites.new, 'warn')}</h1>
<div class="parts">${snippetCard(facts)}${checkCard(facts)}${settingsCard(facts)}</div>`;
};
