import type { Links } from '@pushtech/ui';
import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { type Frame, wantsHtml } from './frame.ts';
import type { Identify, Identity } from './identify.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { OriginRules } from './request-origin.ts';
import type { Scope } from './scopes.ts';
import type { Sessions } from './session.ts';

export interface RequireDeps {
  identify: Identify;
  sessions: Sessions;
  origins: OriginRules;
  hosts: OwnHosts;
  links: Links;
  frame: Frame;
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

export const createRefusals = ({ sessions, origins, hosts, links, frame }: RequireDeps) => {
  /** 403 when a page of somewhere else made the browser send this. True when it answered. */
  const foreign = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (!origins.isForeign(request.raw)) return false;
    frame.refuse(request, reply, { error: 'origin', message: 'This was sent by a page of another site.' });
    return true;
  };

  /** 403 when a session writes without its CSRF token, or from a page that is not ours. True when it answered. */
  const forged = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (foreign(request, reply)) return true;
    const session = sessions.read(request.raw);
    const field = (request.body as { csrf?: unknown } | null | undefined)?.csrf;
    if (session && sessions.csrfMatches(session, request.headers['x-csrf-token'] ?? field)) return false;
    frame.refuse(request, reply, {
      error: 'csrf',
      message: 'Send the x-csrf-token header or the csrf field of this session.',
    });
    return true;
  };

  /** 401, or to the sign-in for pages: with the way back, also to another host of ours. */
  const stranger = (request: FastifyRequest, reply: FastifyReply, problem: string | undefined) => {
    // Who sends a token is a program, whatever it would read.
    if (wantsHtml(request) && request.headers.authorization === undefined) {
      const back = request.method === 'GET' ? `?to=${encodeURIComponent(hosts.addressOf(request.raw))}` : '';
      const isOnOurs = hosts.addressOf(request.raw).startsWith('http');
      const path = `/auth/sign-in${back}`;
      return reply.redirect(isOnOurs ? links('www', path) : path, request.method === 'GET' ? 302 : 303);
    }
    const message = problem ?? 'Sign in at /auth/sign-in, or send a token: Authorization: Bearer <token>.';
    return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'unauthorized', message });
  };

  return { foreign, forged, stranger };
};

export type Refusals = ReturnType<typeof createRefusals>;

const lacks = ({ kind }: Identity, scope: Scope): string =>
  kind === 'token' ? `This token lacks the scope ${scope}.` : `Your role lacks the scope ${scope}.`;

/** Without a scope: everybody who signed in, or is let in by loopback; no tokens, which cannot make more of themselves. */
export const createRequire =
  (deps: RequireDeps) =>
  (scope?: Scope): preHandlerAsyncHookHandler => {
    const { foreign, forged, stranger } = createRefusals(deps);

    return async (request, reply) => {
      const identity = deps.identify(request.raw);
      const { kind, scopes, problem } = identity;
      if (kind === 'none') return stranger(request, reply, problem);
      if (scope === undefined ? kind === 'token' : !scopes.has(scope)) {
        const message = scope ? lacks(identity, scope) : 'This is for people who signed in, not for tokens.';
        return deps.frame.refuse(request, reply, { error: 'scope', ...(scope && { scope }), message });
      }
      if (reading.has(request.method)) return;
      if (kind === 'open' && foreign(request, reply)) return reply;
      if (kind === 'session' && forged(request, reply)) return reply;
    };
  };
