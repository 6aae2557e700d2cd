import { type ApiToken, listAll } from '@pushtech/store';
import {
  badge,
  card,
  empty,
  type Html,
  html,
  field as inputField,
  say,
  select,
  speechFor,
  table,
} from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PeopleDeps } from '../deps.ts';
import { FORM_BYTES, field, param, queryField, readName } from '../forms.ts';
import { type Scope, scopes } from '../scopes.ts';
import { makeToken } from '../tokens.ts';
import { notices, onPhone, postButton, raw, type Said, shownOnce, stacked, timeText } from './parts.ts';

const DAY_MS = 24 * 3_600_000;
const READY_DAYS = [7, 30, 90, 365];
const MAX_MS = 366 * DAY_MS;

type Shown = Said & { made?: { name: string; token: string } };

/** `stats:read` → `statsRead`: what a scope means stands in the words under this name. */
const wordOf = (scope: Scope) =>
  scope.replace(/:(\w)/, (_all, letter: string) => letter.toUpperCase()) as 'import' | 'statsRead';

/** Tokens for programs: everybody makes their own; who may `people:write` sees and revokes all. */
export const tokenRoutes = (app: FastifyInstance, deps: PeopleDeps): void => {
  const { frame, identify, store, known, audit, clock, newId, secretKey } = deps;
  const read = { preHandler: deps.require() };
  const write = { ...read, bodyLimit: FORM_BYTES };
  const wordsOf = (request: FastifyRequest) => speechFor(request.raw).words.people;

  const makerOf = (request: FastifyRequest): string => {
    const { account, who } = identify(request.raw);
    return account?.id ?? who;
  };

  const maySee = (request: FastifyRequest, { createdBy }: ApiToken): boolean =>
    createdBy === makerOf(request) || identify(request.raw).scopes.has('people:write');

  const stateOf = (request: FastifyRequest, { revokedAt, expires }: ApiToken): Html => {
    const people = wordsOf(request);
    if (revokedAt !== undefined) return badge(people.revoked, 'bad');
    return expires <= clock() ? badge(people.expired) : badge(people.good, 'good');
  };

  const tokenTable = (request: FastifyRequest, tokens: readonly ApiToken[]): Html => {
    const people = wordsOf(request);
    const { lang } = speechFor(request.raw);
    if (tokens.length === 0) return empty(people.noTokens, people.noTokensText);
    const rows = tokens.map((token) => [
      html`${raw(token.name)}<br><span class="quiet">${raw(known.account(token.createdBy)?.email ?? token.createdBy)}</span>`,
      html`<code>${token.scopes.join(' ')}</code>`,
      onPhone(people.ends, timeText(token.expires, lang)),
      html`<div class="cell">${stateOf(request, token)}${
        token.revokedAt === undefined &&
        token.expires > clock() &&
        postButton({
          action: `/auth/tokens/${token.id}/revoke`,
          text: people.revoke,
          label: say(people.revokeOf, { name: token.name }),
          csrf: frame.csrfField(request),
        })
      }</div>`,
    ]);
    const may = { text: people.scopes };
    const list = table({
      caption: people.yourTokens,
      columns: [{ text: people.tokenName }, may, { text: people.ends }, { text: people.state }],
      rows,
    });
    return stacked(list);
  };

  const scopeChoice = (request: FastifyRequest): Html => {
    const people = wordsOf(request);
    const own = identify(request.raw).scopes;
    return html`<fieldset class="scopes"><legend>${people.scopes}</legend>${scopes
      .filter((scope) => own.has(scope))
      .map(
        (scope) =>
          html`<label class="check"><input type="checkbox" name="scope:${scope}"${field(request, `scope:${scope}`) && html` checked`}> <span>${people.scope[wordOf(scope)]} <code>${scope}</code></span></label>`,
      )}</fieldset>`;
  };

  const expiryChoice = (request: FastifyRequest): Html => {
    const people = wordsOf(request);
    const { lang } = speechFor(request.raw);
    const options = READY_DAYS.map((n) => ({ value: String(n), text: say(people.days, { n }, lang) }));
    const last = new Date(clock() + 90 * DAY_MS).toISOString().slice(0, 10);
    return html`<div class="row top">${select({ name: 'days', label: people.expiry, value: field(request, 'days') || '90', options: [...options, { value: 'date', text: people.untilDate }] })}
${inputField({ name: 'date', type: 'date', label: people.date, value: field(request, 'date') || last, hint: people.dateHint })}</div>`;
  };

  const newCard = (request: FastifyRequest, { made }: Shown): Html => {
    const people = wordsOf(request);
    return card(
      people.newToken,
      html`<p class="quiet">${people.newTokenText}</p>
<form class="column wide" method="post" action="/auth/tokens">${frame.csrfField(request)}
${inputField({ name: 'name', label: people.tokenName, placeholder: people.tokenNamePlaceholder, value: made ? '' : field(request, 'name'), required: true, maxlength: 64, autocomplete: 'off' })}
${scopeChoice(request)}
${expiryChoice(request)}
<button class="primary">${people.makeToken}</button></form>`,
    );
  };

  const show = async (request: FastifyRequest, reply: FastifyReply, shown: Shown = {}) => {
    const people = wordsOf(request);
    const { words } = speechFor(request.raw);
    const { made } = shown;
    const tokens = (await listAll(store.tokens)).filter((token) => maySee(request, token)).reverse();
    const body = html`<h1>${people.tokens}</h1>${notices(shown)}
${made && shownOnce(say(people.tokenMade, { name: made.name }), people.token, made.token, words)}
${card(people.yourTokens, tokenTable(request, tokens))}
${newCard(request, shown)}`;
    return frame.show(request, reply, { title: people.tokens, body, tab: 'tokens' });
  };

  /** The end of the chosen day in UTC, or so many days from now; `undefined` for what is no choice. */
  const readExpiry = (request: FastifyRequest): number | undefined => {
    const days = field(request, 'days');
    if (READY_DAYS.includes(Number(days))) return clock() + Number(days) * DAY_MS;
    const date = field(request, 'date');
    const end =
      days === 'date' && /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T23:59:59.999Z`) : Number.NaN;
    return end > clock() && end <= clock() + MAX_MS ? end : undefined;
  };

  const make = async (request: FastifyRequest, reply: FastifyReply) => {
    const people = wordsOf(request);
    const fail = (problem: string) => show(request, reply.code(400), { problem });
    const own = identify(request.raw).scopes;
    const wanted = scopes.filter((scope) => field(request, `scope:${scope}`) !== '');
    const name = readName(field(request, 'name'), 64);
    const expires = readExpiry(request);
    if (!name) return fail(people.tokenNameInvalid);
    // More than one's own is refused, not cut: nobody should believe that the token can do it.
    if (wanted.length === 0 || wanted.some((scope) => !own.has(scope))) return fail(people.scopesInvalid);
    if (expires === undefined) return fail(people.expiryInvalid);
    const id = newId();
    const token: ApiToken = {
      id,
      name,
      scopes: wanted,
      createdBy: makerOf(request),
      createdAt: clock(),
      expires,
    };
    await store.tokens.insert(token);
    await audit.by(request.raw, 'token.made', `${name}: ${wanted.join(' ')}`);
    await known.refresh();
    return show(request, reply, {
      made: { name, token: makeToken({ secretKey, id, scopes: wanted, expires, kept: true }) },
    });
  };

  app.get('/auth/tokens', read, async (request, reply) => {
    const isDone = queryField(request, 'done') === 'revoked';
    return show(request, reply, isDone ? { done: wordsOf(request).tokenRevoked } : {});
  });

  app.post('/auth/tokens', write, make);

  app.post('/auth/tokens/:id/revoke', write, async (request, reply) => {
    const token = await store.tokens.get(param(request, 'id'));
    // Another's token is not there for those who may not see it.
    if (!token || !maySee(request, token)) {
      return show(request, reply.code(404), { problem: wordsOf(request).notFound });
    }
    await store.tokens.update(token.id, (now) => ({ ...now, revokedAt: now.revokedAt ?? clock() }));
    await audit.by(request.raw, 'token.revoked', token.name);
    await known.refresh();
    return reply.redirect('/auth/tokens?done=revoked', 303);
  });
};
