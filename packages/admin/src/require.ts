import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { Identify } from './identify.ts';
import { isCrossSite } from './request-origin.ts';
import type { Scope } from './scopes.ts';
import type { Sessions } from './session.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

const wantsPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');

/** 403 when a page of somewhere else made the browser send this. True when it answered. */
export const refuseCrossSite = (request: FastifyRequest, reply: FastifyReply): boolean => {
  if (!isCrossSite(request.raw)) return false;
  reply.code(403).send({ error: 'origin', message: 'This was sent by a page of another site.' });
  return true;
};

/** 403 when a session writes without its CSRF token. True when it answered. */
export const refuseWithoutCsrf = (
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean => {
  const session = sessions.read(request.raw);
  const field = (request.body as { csrf?: unknown } | null | undefined)?.csrf;
  if (session && sessions.csrfMatches(session, request.headers['x-csrf-token'] ?? field)) return false;
  reply
    .code(403)
    .send({ error: 'csrf', message: 'Send the x-csrf-token header or the csrf field of this session.' });
  return true;
};

const refuseStranger = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: string | undefined,
): FastifyReply => {
  if (wantsPage(request)) return reply.redirect(`/auth/sign-in?to=${encodeURIComponent(request.url)}`, 302);
  const message = problem ?? 'Sign in at /auth/sign-in, or send a token: Authorization: Bearer <token>.';
  return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'unauthorized', message });
};

export const createRequire =
  (identify: Identify, sessions: Sessions) =>
  (scope: Scope): preHandlerAsyncHookHandler =>
  async (request, reply) => {
    const { kind, scopes, problem } = identify(request.raw);
    if (kind === 'none') return refuseStranger(request, reply, problem);
    if (!scopes.has(scope)) {
      return reply.code(403).send({ error: 'scope', scope, message: `This token lacks the scope ${scope}.` });
    }
    if (reading.has(request.method)) return;
    if (kind === 'open' && refuseCrossSite(request, reply)) return reply;
    if (kind === 'session' && refuseWithoutCsrf(sessions, request, reply)) return reply;
  };
