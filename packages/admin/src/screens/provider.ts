import type { Account } from '@pushtech/store';
import { say, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { absoluteAddress } from '../absolute-address.ts';
import { bucketOf } from '../attempts.ts';
import type { PeopleDeps } from '../deps.ts';
import { queryField } from '../forms.ts';
import { createInvitations } from '../invitations.ts';
import type { Person, Provider } from '../provider.ts';

type Found = { ok: true; account: Account } | { ok: false; why: 'unknown' | 'taken' | 'disabled' };

/** Sign-in by OpenID Connect: there, back, and whose account it is. */
export const providerRoutes = (app: FastifyInstance, deps: PeopleDeps & { provider: Provider }): void => {
  const { provider, store, known, sessions, frame, audit, hosts, attempts } = deps;
  const invitations = createInvitations(deps);

  const redirectUri = (request: FastifyRequest): string =>
    absoluteAddress(deps, request.raw, '/auth/provider/return');

  /** The account with the verified address gets the subject, unless it has another one: then the address changed hands. */
  const bind = async (account: Account, { subject }: Person): Promise<Found> => {
    if (account.subject !== undefined) return { ok: false, why: 'taken' };
    const bound = await store.accounts.update(account.id, (now) => ({ subject, ...now }));
    return bound?.subject === subject ? { ok: true, account: bound } : { ok: false, why: 'taken' };
  };

  const accountOf = async (person: Person): Promise<Found> => {
    const [bySubject] = await store.accounts.find('subject', person.subject);
    if (bySubject) return { ok: true, account: bySubject };
    const [byEmail] = await store.accounts.find('email', person.email);
    if (byEmail) return bind(byEmail, person);
    const invitation = await invitations.byEmail(person.email);
    if (!invitation) return { ok: false, why: 'unknown' };
    const accepted = await invitations.accept(invitation, {
      name: person.name,
      proof: { subject: person.subject },
    });
    if (!accepted.ok) return { ok: false, why: 'unknown' };
    await audit.write(person.email, 'invitation.accepted', accepted.account.role);
    return accepted;
  };

  const refuse = async (request: FastifyRequest, reply: FastifyReply, status: number, text: string) => {
    const { signIn } = speechFor(request.raw).words;
    return frame.tell(request, reply.code(status), signIn.providerTitle, text);
  };

  const finish = async (request: FastifyRequest, reply: FastifyReply) => {
    const { signIn } = speechFor(request.raw).words;
    const { name } = provider;
    reply.header('set-cookie', provider.forget(request.raw));
    const returned = await provider.end(request.raw, redirectUri(request));
    if (!returned.ok) {
      await audit.write('', 'sign-in.failed', name);
      const texts = {
        away: signIn.providerAway,
        old: signIn.providerOld,
        bad: signIn.providerBad,
        unverified: signIn.providerUnverified,
      };
      return refuse(request, reply, returned.why === 'away' ? 503 : 403, say(texts[returned.why], { name }));
    }
    const { person, to } = returned;
    const found = await accountOf(person);
    const isDisabled = found.ok && found.account.disabledAt !== undefined;
    if (!found.ok || isDisabled) {
      await audit.write('', 'sign-in.failed', person.email);
      const texts = {
        unknown: signIn.providerUnknown,
        taken: signIn.providerTaken,
        disabled: signIn.disabled,
      };
      const text = texts[found.ok ? 'disabled' : found.why];
      return refuse(request, reply, 403, say(text, { name, email: person.email }));
    }
    await known.refresh();
    await audit.write(found.account.email, 'sign-in', name);
    return reply
      .header('set-cookie', sessions.begin(found.account.id, request.raw))
      .redirect(hosts.safeTarget(to), 303);
  };

  app.get('/auth/provider', async (request, reply) => {
    const { signIn } = speechFor(request.raw).words;
    const trip = await provider.begin(
      request.raw,
      redirectUri(request),
      hosts.safeTarget(queryField(request, 'to')),
    );
    if (!trip) return refuse(request, reply, 503, say(signIn.providerAway, { name: provider.name }));
    return reply.header('set-cookie', trip.cookie).redirect(trip.url, 302);
  });

  app.get('/auth/provider/return', async (request, reply) => {
    const { lang, words } = speechFor(request.raw);
    const wait = attempts.address.take(bucketOf(deps.readAddress(request.raw).address));
    if (wait === 0) return finish(request, reply);
    return refuse(request, reply.header('retry-after', wait), 429, say(words.signIn.wait, { n: wait }, lang));
  });
};
