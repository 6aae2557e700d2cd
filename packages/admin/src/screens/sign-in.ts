import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isPushtechError } from '@pushtech/event';
import type { Account } from '@pushtech/store';
import { say, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bucketOf } from '../attempts.ts';
import type { AuthDeps } from '../deps.ts';
import { FORM_BYTES, field, queryField, readEmail } from '../forms.ts';
import { ADMIN } from '../session.ts';
import { signInForm } from '../sign-in-form.ts';
import { deriveKey, sameText, seal, unseal } from '../signing.ts';

const KNOWN_COOKIE = 'pushtech_known';
const KNOWN_S = 180 * 24 * 3600;

type Judged = { ok: true; account: string; who: string } | { ok: false; status: number; text: string };

/**
 * A browser in which an account signed in before. Its tries are counted apart from those of strangers, so that nobody can keep
 * the owner out by guessing all day.
 */
const createKnownBrowsers = ({ secretKey, cookies }: Pick<AuthDeps, 'secretKey' | 'cookies'>) => {
  const key = deriveKey(secretKey, 'known browser');
  return {
    bucket(login: string, request: IncomingMessage): string {
      const known = cookies
        .read(KNOWN_COOKIE, request)
        .map((value) => unseal(key, value) as { login: string; id: string } | undefined)
        .find((browser) => browser?.login === login);
      return known ? `browser ${known.id}` : `account ${login}`;
    },
    remember(login: string, request: IncomingMessage): string {
      const id = randomBytes(12).toString('base64url');
      return cookies.write(KNOWN_COOKIE, seal(key, { login, id }), KNOWN_S, request);
    },
  };
};

/** What was typed as the name, as far as an audit line may hold it: passwords land in that field too. */
const forAudit = (login: string): string => (login === ADMIN || readEmail(login) ? login : '?');

export const signInRoutes = (app: FastifyInstance, deps: AuthDeps): void => {
  const { password, identify, sessions, refusals, frame, hosts, audit, passwords, attempts, store, known } =
    deps;
  const browsers = createKnownBrowsers(deps);

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    said: { to: string; problem?: string | undefined; notice?: string | undefined; email?: string },
  ): FastifyReply => {
    const { words } = speechFor(request.raw);
    const body = signInForm({
      ...said,
      words,
      accounts: known?.hasAccounts() === true,
      admin: password !== '',
      provider: deps.provider?.name,
    });
    return frame.show(request, reply, { title: words.signIn.title, body });
  };

  const judgeAdmin = (given: string, request: FastifyRequest): Judged => {
    const { signIn } = speechFor(request.raw).words;
    if (password === '') return { ok: false, status: 403, text: signIn.noPassword };
    if (sameText(given, password)) return { ok: true, account: ADMIN, who: ADMIN };
    return { ok: false, status: 401, text: known?.hasAccounts() ? signIn.wrongBoth : signIn.wrong };
  };

  const judgeAccount = async (login: string, given: string, request: FastifyRequest): Promise<Judged> => {
    const { signIn } = speechFor(request.raw).words;
    const found: Account | undefined = (await store?.accounts.find('email', login))?.[0];
    const isRight = await passwords.matches(given, found?.passwordHash);
    if (!found || !isRight) return { ok: false, status: 401, text: signIn.wrongBoth };
    if (found.disabledAt !== undefined) return { ok: false, status: 403, text: signIn.disabled };
    return { ok: true, account: found.id, who: found.email };
  };

  /** Seconds to wait; 0 = go on. By address first: it costs an attacker more than naming another account. */
  const waitFor = (login: string, request: IncomingMessage): number =>
    attempts.address.take(bucketOf(deps.readAddress(request).address)) ||
    attempts.account.take(browsers.bucket(login, request));

  const signIn = async (request: FastifyRequest, reply: FastifyReply) => {
    if (refusals.foreign(request, reply)) return reply;
    const { words, lang } = speechFor(request.raw);
    const to = hosts.safeTarget(field(request, 'to'));
    const email = field(request, 'email').slice(0, 254);
    const login = email.trim().toLowerCase() || ADMIN;
    const wait = waitFor(login, request.raw);
    if (wait > 0) {
      const problem = say(words.signIn.wait, { n: wait }, lang);
      return showForm(request, reply.code(429).header('retry-after', wait), { to, problem, email });
    }
    const given = field(request, 'password');
    const judged = login === ADMIN ? judgeAdmin(given, request) : await judgeAccount(login, given, request);
    if (!judged.ok) {
      await audit.write('', 'sign-in.failed', forAudit(login));
      return showForm(request, reply.code(judged.status), { to, problem: judged.text, email });
    }
    attempts.account.forget(browsers.bucket(login, request.raw));
    await known?.refresh();
    await audit.write(judged.who, 'sign-in');
    return reply
      .header('set-cookie', [
        sessions.begin(judged.account, request.raw),
        browsers.remember(login, request.raw),
      ])
      .redirect(to, 303);
  };

  const problemOf = (request: FastifyRequest): string | undefined => {
    const { reason } = identify(request.raw);
    return reason && speechFor(request.raw).words.signIn[reason];
  };

  app.get('/auth/sign-in', async (request, reply) => {
    const to = hosts.safeTarget(queryField(request, 'to'));
    const { kind } = identify(request.raw);
    // Where everyone is let in, people may still want to come in as themselves.
    const isIn = kind === 'session' || kind === 'token' || (kind === 'open' && !known?.hasAccounts());
    if (isIn) return reply.redirect(to, 302);
    const { signIn } = speechFor(request.raw).words;
    const notice = queryField(request, 'done') === 'out' ? signIn.signedOut : undefined;
    return showForm(request, reply, { to, problem: problemOf(request), notice });
  });

  app.post('/auth/sign-in', { bodyLimit: FORM_BYTES }, async (request, reply) => {
    try {
      return await signIn(request, reply);
    } catch (error) {
      const { signIn: texts } = speechFor(request.raw).words;
      if (isPushtechError(error, 'PASSWORDS_BUSY')) {
        return showForm(request, reply.code(503), { to: '/', problem: texts.busy });
      }
      if (isPushtechError(error) && error.kind === 'retry') {
        return showForm(request, reply.code(503), { to: '/', problem: texts.away });
      }
      throw error;
    }
  });

  app.post('/auth/sign-out', { bodyLimit: FORM_BYTES }, async (request, reply) => {
    if (refusals.foreign(request, reply)) return reply;
    if (sessions.read(request.raw)) {
      if (refusals.forged(request, reply)) return reply;
      await audit.by(request.raw, 'sign-out');
    }
    return reply.header('set-cookie', sessions.end(request.raw)).redirect('/auth/sign-in?done=out', 303);
  });
};
