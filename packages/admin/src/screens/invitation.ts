import type { Invitation } from '@pushtech/store';
import { html, field as inputField, say, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bucketOf } from '../attempts.ts';
import type { PeopleDeps } from '../deps.ts';
import { FORM_BYTES, field, param, readName } from '../forms.ts';
import { createInvitations } from '../invitations.ts';
import { passwordProblem } from '../passwords.ts';
import { providerLink } from '../sign-in-form.ts';
import { notices, raw, type Said } from './parts.ts';

/** The page behind an invitation's link: makes the account and signs in. */
export const invitationRoutes = (app: FastifyInstance, deps: PeopleDeps): void => {
  const { frame, refusals, sessions, passwords, attempts, audit, known, provider } = deps;
  const invitations = createInvitations(deps);
  const path = '/auth/invitation/:secret';

  const gone = (request: FastifyRequest, reply: FastifyReply) => {
    const { signIn } = speechFor(request.raw).words;
    return frame.tell(request, reply.code(410), signIn.invitationBadTitle, signIn.invitationBad);
  };

  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    { email = '', role }: Invitation,
    said: Said = {},
  ) => {
    const { words } = speechFor(request.raw);
    const { signIn, people } = words;
    const name = field(request, 'name');
    // The address is fixed; as a hidden field it tells password managers whose password this is.
    const body = html`<form class="card" method="post" action="${request.url.split('?')[0]}">
<h1>${signIn.invitationTitle}</h1>
<p class="quiet">${say(signIn.invitationFor, { role: people[role] })} ${raw(email)}</p>
${notices(said)}
<input name="email" value="${email}" autocomplete="username" hidden>
${inputField({ name: 'name', label: signIn.name, value: name, required: true, maxlength: 80, autocomplete: 'name' })}
${inputField({ name: 'password', type: 'password', label: signIn.newPassword, hint: signIn.passwordHint, required: true, minlength: 10, maxlength: 256, autocomplete: 'new-password' })}
<button class="primary">${signIn.make}</button>
${provider && providerLink(words, provider.name, '/')}
</form>`;
    return frame.show(request, reply, { title: signIn.invitationTitle, body });
  };

  const accept = async (request: FastifyRequest, reply: FastifyReply, invitation: Invitation) => {
    const { words, lang } = speechFor(request.raw);
    const { signIn } = words;
    const fail = (problem: string, status = 400) =>
      show(request, reply.code(status), invitation, { problem });
    const wait = attempts.address.take(bucketOf(deps.readAddress(request.raw).address));
    if (wait > 0) return fail(say(signIn.wait, { n: wait }, lang), 429);
    const name = readName(field(request, 'name'), 80);
    if (!name) return fail(signIn.nameMissing);
    const password = field(request, 'password');
    const problem = passwordProblem(password, invitation.email ?? '');
    if (problem) return fail(signIn[problem === 'email' ? 'isEmail' : problem]);
    const passwordHash = await passwords.hash(password);
    const accepted = await invitations.accept(invitation, { name, proof: { passwordHash } });
    if (!accepted.ok) return accepted.why === 'gone' ? gone(request, reply) : fail(signIn.emailTaken, 409);
    const { account } = accepted;
    await known.refresh();
    await audit.write(account.email, 'invitation.accepted', account.role);
    return reply.header('set-cookie', sessions.begin(account.id, request.raw)).redirect('/auth/me', 303);
  };

  app.get(path, async (request, reply) => {
    const invitation = await invitations.bySecret(param(request, 'secret'));
    return invitation ? show(request, reply, invitation) : gone(request, reply);
  });

  app.post(path, { bodyLimit: FORM_BYTES }, async (request, reply) => {
    if (refusals.foreign(request, reply)) return reply;
    const invitation = await invitations.bySecret(param(request, 'secret'));
    return invitation ? accept(request, reply, invitation) : gone(request, reply);
  });
};
