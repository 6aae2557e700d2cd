import { card, type Html, html, field as inputField, notice, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PeopleDeps } from '../deps.ts';
import { FORM_BYTES, field, queryField, readName } from '../forms.ts';
import type { Identity } from '../identify.ts';
import { passwordProblem } from '../passwords.ts';
import { notices, postButton, raw, type Said } from './parts.ts';

/** One's own page: name, password, sessions. */
export const meRoutes = (app: FastifyInstance, deps: PeopleDeps): void => {
  const { frame, identify, store, known, sessions, passwords, attempts, audit, clock } = deps;
  const own = { preHandler: deps.require() };
  const write = { ...own, bodyLimit: FORM_BYTES };

  const profile = (request: FastifyRequest, { account, kind }: Identity): Html => {
    const { people, common } = speechFor(request.raw).words;
    if (!account) {
      return html`${notice(kind === 'open' ? people.notSignedIn : people.adminNote)}${kind === 'session' && html`<p class="quiet">${people.adminInvite}</p>`}`;
    }
    return html`<p class="quiet">${raw(account.email)} · ${people[account.role]}</p>
<form class="row" method="post" action="/auth/me/name">${frame.csrfField(request)}
${inputField({ name: 'name', label: people.name, value: account.name, required: true, maxlength: 80, autocomplete: 'name' })}
<button>${common.save}</button></form>`;
  };

  const passwordForm = (request: FastifyRequest, hasPassword: boolean): Html => {
    const { people, signIn } = speechFor(request.raw).words;
    if (!hasPassword) return html`<p class="quiet">${people.noPasswordYet}</p>`;
    const both = { type: 'password', required: true };
    return html`<form class="column" method="post" action="/auth/me/password">${frame.csrfField(request)}
${inputField({ ...both, name: 'old', label: people.oldPassword, autocomplete: 'current-password', maxlength: 1024 })}
${inputField({ ...both, name: 'password', label: people.newPassword, hint: `${signIn.passwordHint} ${people.passwordEnds}`, autocomplete: 'new-password', minlength: 10, maxlength: 256 })}
<button>${people.changePassword}</button></form>`;
  };

  const sessionCard = (request: FastifyRequest): Html => {
    const { people, signIn } = speechFor(request.raw).words;
    const csrf = frame.csrfField(request);
    const { account } = identify(request.raw);
    const everywhere =
      account && postButton({ action: '/auth/me/everywhere', text: people.everywhere, csrf });
    return card(
      people.sessions,
      html`<p class="quiet">${people.sessionsText} ${account && people.everywhereText}</p>
<div class="buttons">${postButton({ action: '/auth/sign-out', text: signIn.signOut, csrf })}${everywhere}</div>`,
    );
  };

  const show = async (request: FastifyRequest, reply: FastifyReply, said: Said = {}) => {
    const { people } = speechFor(request.raw).words;
    const identity = identify(request.raw);
    const stored = identity.account && (await store.accounts.get(identity.account.id));
    const body = html`<h1>${people.me}</h1>${notices(said)}
${card(people.profile, profile(request, identity))}
${stored && card(people.password, passwordForm(request, stored.passwordHash !== undefined))}
${identity.kind === 'session' && sessionCard(request)}`;
    return frame.show(request, reply, { title: people.me, body, tab: 'me' });
  };

  const changePassword = async (request: FastifyRequest, reply: FastifyReply) => {
    const { people, signIn } = speechFor(request.raw).words;
    const { account } = identify(request.raw);
    const stored = account && (await store.accounts.get(account.id));
    if (!stored?.passwordHash) return show(request, reply.code(403), { problem: people.noPasswordYet });
    if (attempts.account.take(`password ${stored.id}`) > 0) {
      return show(request, reply.code(429), { problem: signIn.busy });
    }
    if (!(await passwords.matches(field(request, 'old'), stored.passwordHash))) {
      await audit.by(request.raw, 'password.failed');
      return show(request, reply.code(401), { problem: people.passwordWrong });
    }
    const password = field(request, 'password');
    const problem = passwordProblem(password, stored.email);
    if (problem)
      return show(request, reply.code(400), { problem: signIn[problem === 'email' ? 'isEmail' : problem] });
    const passwordHash = await passwords.hash(password);
    await store.accounts.update(stored.id, (now) => ({ ...now, passwordHash, sessionsFrom: clock() }));
    await audit.by(request.raw, 'password.changed');
    await known.refresh();
    return reply
      .header('set-cookie', sessions.begin(stored.id, request.raw))
      .redirect('/auth/me?done=password', 303);
  };

  app.get('/auth/me', own, async (request, reply) => {
    const { people } = speechFor(request.raw).words;
    const done = queryField(request, 'done');
    const texts: Record<string, string> = { password: people.passwordChanged, saved: people.saved };
    return show(request, reply, { done: texts[done] });
  });

  app.post('/auth/me/name', write, async (request, reply) => {
    const { account } = identify(request.raw);
    const name = readName(field(request, 'name'), 80);
    if (!name)
      return show(request, reply.code(400), { problem: speechFor(request.raw).words.signIn.nameMissing });
    if (account) await store.accounts.update(account.id, (now) => ({ ...now, name }));
    await known.refresh();
    return reply.redirect('/auth/me?done=saved', 303);
  });

  app.post('/auth/me/password', write, changePassword);

  app.post('/auth/me/everywhere', write, async (request, reply) => {
    const { account } = identify(request.raw);
    // From the next millisecond on: the session that asks ends too, even if it began in this one.
    if (account) await store.accounts.update(account.id, (now) => ({ ...now, sessionsFrom: clock() + 1 }));
    await audit.by(request.raw, 'sessions.ended');
    await known.refresh();
    return reply.header('set-cookie', sessions.end(request.raw)).redirect('/auth/sign-in?done=out', 303);
  });
};
