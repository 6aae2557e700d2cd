import { type Account, type Invitation, listAll } from '@pushtech/store';
import {
  badge,
  card,
  empty,
  type Html,
  html,
  field as inputField,
  notice,
  say,
  select,
  speechFor,
  table,
} from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { absoluteAddress } from '../absolute-address.ts';
import type { PeopleDeps } from '../deps.ts';
import { FORM_BYTES, field, param, queryField, readEmail } from '../forms.ts';
import { createInvitations } from '../invitations.ts';
import { isRole, roles } from '../scopes.ts';
import {
  dayText,
  notices,
  onPhone,
  postButton,
  raw,
  type Said,
  shownOnce,
  stacked,
  timeText,
} from './parts.ts';

type Shown = Said & { made?: { link: string; invitation: Invitation }; email?: string };

/** Accounts, their roles, and the invitations that are open. For those who may `people:write`. */
export const peopleRoutes = (app: FastifyInstance, deps: PeopleDeps): void => {
  const { frame, identify, store, known, audit, clock } = deps;
  const invitations = createInvitations(deps);
  const read = { preHandler: deps.require('people:write') };
  const write = { ...read, bodyLimit: FORM_BYTES };
  const wordsOf = (request: FastifyRequest) => speechFor(request.raw).words.people;

  const roleOptions = (request: FastifyRequest) =>
    roles.map((role) => ({ value: role, text: wordsOf(request)[role] }));

  const stateCell = (request: FastifyRequest, { id, email, disabledAt }: Account, isOwn: boolean): Html => {
    const people = wordsOf(request);
    const isOff = disabledAt !== undefined;
    const button = postButton({
      action: `/auth/people/accounts/${id}/${isOff ? 'enable' : 'disable'}`,
      text: isOff ? people.enable : people.disable,
      label: say(isOff ? people.enableOf : people.disableOf, { email }),
      csrf: frame.csrfField(request),
    });
    const state = isOff ? badge(people.disabled, 'bad') : badge(people.active, 'good');
    return html`<div class="cell">${state}${!isOwn && button}</div>`;
  };

  const roleCell = (request: FastifyRequest, { id, email, role }: Account, isOwn: boolean): Html => {
    const people = wordsOf(request);
    if (isOwn) return html`${people[role]}`;
    return html`<form class="cell" method="post" action="/auth/people/accounts/${id}/role">${frame.csrfField(request)}
<select name="role" aria-label="${say(people.roleOf, { email })}">${roleOptions(request).map(
      ({ value, text }) =>
        html`<option value="${value}"${value === role && html` selected`}>${text}</option>`,
    )}</select><button aria-label="${say(people.setRoleOf, { email })}">${people.setRole}</button></form>`;
  };

  const accountTable = (request: FastifyRequest, accounts: readonly Account[]): Html => {
    const people = wordsOf(request);
    const { lang } = speechFor(request.raw);
    if (accounts.length === 0) return empty(people.noAccounts, people.noAccountsText);
    const own = identify(request.raw).account?.id;
    const rows = accounts.map((account) => {
      const isOwn = account.id === own;
      return [
        html`${raw(account.name)}${isOwn && html` ${badge(people.you)}`}<br><span class="quiet">${raw(account.email)}</span>`,
        roleCell(request, account, isOwn),
        stateCell(request, account, isOwn),
        timeText(account.createdAt, lang),
      ];
    });
    const since = { text: people.since, wide: true };
    const columns = [{ text: people.name }, { text: people.role }, { text: people.state }, since];
    return stacked(table({ caption: people.accounts, columns, rows }));
  };

  const invitationTable = (request: FastifyRequest, open: readonly Invitation[]): Html => {
    const people = wordsOf(request);
    const { lang } = speechFor(request.raw);
    const rows = open.map(({ id, email = '', role, expires, createdBy }) => [
      raw(email),
      html`${people[role]}`,
      onPhone(people.until, timeText(expires, lang)),
      raw(known.account(createdBy)?.email ?? createdBy),
      postButton({
        action: `/auth/people/invitations/${id}/remove`,
        text: people.takeBack,
        label: say(people.takeBackOf, { email }),
        csrf: frame.csrfField(request),
      }),
    ]);
    const by = { text: people.by, wide: true };
    const button = { text: people.takeBack, quiet: true };
    const columns = [{ text: people.email }, { text: people.role }, { text: people.until }, by, button];
    return stacked(table({ caption: people.invitations, columns, rows }));
  };

  const inviteCard = (request: FastifyRequest, { made, email }: Shown): Html => {
    const people = wordsOf(request);
    const { lang, words } = speechFor(request.raw);
    const sentence = made && {
      email: made.invitation.email ?? '',
      date: dayText(made.invitation.expires, lang),
    };
    return card(
      people.invite,
      html`<p class="quiet">${people.inviteText}</p>
<form class="row" method="post" action="/auth/people/invitations">${frame.csrfField(request)}
<div class="grow">${inputField({ name: 'email', type: 'email', label: people.email, value: email, required: true, maxlength: 254, autocomplete: 'off', exact: true })}</div>
${select({ name: 'role', label: people.role, value: 'marketer', options: roleOptions(request) })}
<button class="primary">${people.makeLink}</button></form>
<dl class="roles">${roles.map((role) => html`<div><dt>${people[role]}</dt><dd>${people[`${role}Hint`]}</dd></div>`)}</dl>
${made && sentence && shownOnce(say(people.linkMade, sentence), people.link, made.link, words)}`,
    );
  };

  const show = async (request: FastifyRequest, reply: FastifyReply, shown: Shown = {}) => {
    const people = wordsOf(request);
    const [accounts, open] = await Promise.all([listAll(store.accounts), invitations.openOnes()]);
    const body = html`<h1>${people.people}</h1>${notices(shown)}
${identify(request.raw).kind === 'open' && notice(people.notSignedIn)}
${card(people.accounts, accountTable(request, accounts))}
${inviteCard(request, shown)}
${open.length > 0 && card(people.invitations, invitationTable(request, open))}`;
    return frame.show(request, reply, { title: people.people, body, tab: 'people' });
  };

  const invite = async (request: FastifyRequest, reply: FastifyReply) => {
    const people = wordsOf(request);
    const { signIn } = speechFor(request.raw).words;
    const typed = field(request, 'email');
    const fail = (problem: string, status = 400) =>
      show(request, reply.code(status), { problem, email: typed });
    const email = readEmail(typed);
    const role = field(request, 'role');
    if (!email) return fail(people.emailInvalid);
    if (!isRole(role)) return fail(people.roleInvalid);
    if ((await store.accounts.find('email', email)).length > 0) return fail(signIn.emailTaken, 409);
    const { account, who } = identify(request.raw);
    const { secret, invitation } = await invitations.make(email, role, account?.id ?? who);
    await audit.by(request.raw, 'invitation.made', `${email} ${role}`);
    const link = absoluteAddress(deps, request.raw, `/auth/invitation/${secret}`);
    return show(request, reply, { made: { link, invitation } });
  };

  /** Changes an account of somebody else, notes it, and goes back to the list. */
  const changeAccount =
    (
      what: (request: FastifyRequest) => string,
      change: (account: Account, request: FastifyRequest) => Account,
    ) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const id = param(request, 'id');
      const people = wordsOf(request);
      if (identify(request.raw).account?.id === id) {
        return show(request, reply.code(409), { problem: people.notYourself });
      }
      const changed = await store.accounts.update(id, (account) => change(account, request));
      if (!changed) return show(request, reply.code(404), { problem: people.notFound });
      await known.refresh();
      await audit.by(request.raw, what(request), changed.email);
      return reply.redirect('/auth/people?done=saved', 303);
    };

  app.get('/auth/people', read, async (request, reply) => {
    const people = wordsOf(request);
    const texts: Record<string, string> = { saved: people.saved, back: people.takenBack };
    return show(request, reply, { done: texts[queryField(request, 'done')] });
  });

  app.post('/auth/people/invitations', write, invite);

  app.post('/auth/people/invitations/:id/remove', write, async (request, reply) => {
    const invitation = await store.invitations.get(param(request, 'id'));
    if (!invitation || !(await invitations.takeBack(invitation.id))) {
      return show(request, reply.code(404), { problem: wordsOf(request).notFound });
    }
    await audit.by(request.raw, 'invitation.taken-back', invitation.email);
    return reply.redirect('/auth/people?done=back', 303);
  });

  const setRole = changeAccount(
    (request) => `account.role.${field(request, 'role')}`,
    (account, request) => {
      const role = field(request, 'role');
      return isRole(role) ? { ...account, role } : account;
    },
  );
  app.post('/auth/people/accounts/:id/role', write, (request, reply) =>
    isRole(field(request, 'role'))
      ? setRole(request, reply)
      : show(request, reply.code(400), { problem: wordsOf(request).roleInvalid }),
  );

  app.post(
    '/auth/people/accounts/:id/disable',
    write,
    // Sessions begun before do not come back when the account is switched on again.
    changeAccount(
      () => 'account.disabled',
      (account) => ({ ...account, disabledAt: clock(), sessionsFrom: clock() + 1 }),
    ),
  );
  app.post(
    '/auth/people/accounts/:id/enable',
    write,
    changeAccount(
      () => 'account.enabled',
      ({ disabledAt: _, ...account }) => account,
    ),
  );
};
