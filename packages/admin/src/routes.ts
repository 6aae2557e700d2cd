import { registerLook, sendPage } from '@pushtech/ui';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Attempts } from './attempts.ts';
import type { GuardOptions } from './guard.ts';
import type { Identify } from './identify.ts';
import { refuseCrossSite, refuseWithoutCsrf } from './require.ts';
import type { Sessions } from './session.ts';
import { signInForm } from './sign-in-form.ts';
import { sameText } from './signing.ts';

interface Deps extends Required<Pick<GuardOptions, 'password' | 'readAddress' | 'isHttps'>> {
  identify: Identify;
  sessions: Sessions;
  attempts: Attempts;
}

/** Where to go after the sign-in: a path of this site. `//host`, backslashes and controls lead elsewhere in browsers. */
export const safePath = (to: unknown): string =>
  typeof to === 'string' && to.length <= 2048 && /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(to) ? to : '/';

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const showForm = (reply: FastifyReply, to: string, problem?: string): FastifyReply =>
  sendPage(reply, { title: 'Sign in', width: 'narrow', body: signInForm({ to, problem }) });

/** The sign-in page and what belongs to it. Forms are read here only; other routes of the host are not touched. */
export const createRoutes = (deps: Deps): FastifyPluginAsync => {
  const { password, readAddress, isHttps, identify, sessions, attempts } = deps;

  const signIn = (request: FastifyRequest, reply: FastifyReply) => {
    if (refuseCrossSite(request, reply)) return reply;
    const body = fields(request.body);
    const to = safePath(body.to);
    if (password === '') return showForm(reply.code(403), to, identify(request.raw).problem);
    const wait = attempts.take(readAddress(request.raw).address);
    if (wait > 0) {
      return showForm(
        reply.code(429).header('retry-after', wait),
        to,
        `Too many tries. Wait ${wait} seconds.`,
      );
    }
    if (typeof body.password !== 'string' || !sameText(body.password, password)) {
      return showForm(reply.code(401), to, 'This is not the password.');
    }
    return reply.header('set-cookie', sessions.begin(isHttps(request.raw))).redirect(to, 303);
  };

  const signOut = (request: FastifyRequest, reply: FastifyReply) => {
    if (refuseCrossSite(request, reply)) return reply;
    if (sessions.read(request.raw) && refuseWithoutCsrf(sessions, request, reply)) return reply;
    return reply.header('set-cookie', sessions.end(isHttps(request.raw))).redirect('/auth/sign-in', 303);
  };

  return async (app) => {
    if (!app.hasContentTypeParser('application/x-www-form-urlencoded')) {
      app.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: 8192 },
        (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
      );
    }
    registerLook(app);
    app.get('/auth/sign-in', async (request, reply) => {
      const to = safePath(fields(request.query).to);
      const { kind, problem } = identify(request.raw);
      return kind === 'none' ? showForm(reply, to, problem) : reply.redirect(to, 302);
    });
    app.post('/auth/sign-in', { bodyLimit: 8192 }, async (request, reply) => signIn(request, reply));
    app.post('/auth/sign-out', { bodyLimit: 8192 }, async (request, reply) => signOut(request, reply));
    app.get('/auth/check', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { kind, problem } = identify(request.raw);
      if (kind !== 'none') return reply.code(204).send();
      return reply.code(401).send({ error: 'unauthorized', message: problem ?? 'Nobody is signed in.' });
    });
  };
};
