import type { IncomingMessage } from 'node:http';
import { PushtechError } from '@pushtech/event';
import type { FastifyPluginAsync, preHandlerAsyncHookHandler } from 'fastify';
import { createAttempts } from './attempts.ts';
import { createIdentify } from './identify.ts';
import { originAllowed } from './request-origin.ts';
import { createRequire } from './require.ts';
import { createRoutes } from './routes.ts';
import type { Scope } from './scopes.ts';
import { createSessions } from './session.ts';

export interface Identity {
  /** `open`: nobody signed in, but the loopback rule lets everyone in. `none`: nobody. */
  kind: 'open' | 'session' | 'token' | 'none';
  scopes: ReadonlySet<Scope>;
  /** Said to those with a bad or expired token or session. */
  problem?: string;
}

export interface GuardOptions {
  /** Empty = none set: then the screens are open on loopback, see `identify`. */
  password: string;
  apiToken: string;
  /** Signs sessions, CSRF tokens and made tokens. At least 32 characters. */
  secretKey: string;
  /** Epoch ms. */
  clock: () => number;
  /** Whose tries to sign in are counted together. Default: the socket's other end. */
  readAddress?: (request: IncomingMessage) => { address: string };
  /** Whether the browser speaks TLS: then the cookie is `Secure`. Default: whether this socket does. */
  isHttps?: (request: IncomingMessage) => boolean;
}

export interface Guard {
  /**
   * Who asks. Works on any Node request, websocket upgrades too. Without a password, requests count as `open` when the
   * socket's other end is loopback, no `Forwarded` or `X-Forwarded-*` header is there, and `Host` is localhost,
   * 127.0.0.1 or [::1] (with any port).
   */
  identify(request: IncomingMessage): Identity;
  /**
   * A fastify hook: 401 without identity (a page is sent to the sign-in), 403 naming the missing scope, CSRF for
   * sessions that write, 403 for open requests that write and were sent by a page of elsewhere.
   */
  require(scope: Scope): preHandlerAsyncHookHandler;
  /** A websocket's `Origin` is ours, or there is none. */
  originAllowed(request: IncomingMessage): boolean;
  /** What a page of a session must send back as header `x-csrf-token` or field `csrf`; `undefined` when nobody signed in. */
  csrfToken(request: IncomingMessage): string | undefined;
  /** `/auth/sign-in`, `/auth/sign-out`, `GET /auth/check`. */
  routes: FastifyPluginAsync;
}

const readSocket = ({ socket }: IncomingMessage) => ({ address: socket.remoteAddress ?? '' });
const isTls = ({ socket }: IncomingMessage): boolean =>
  (socket as { encrypted?: boolean }).encrypted === true;

/** @throws PushtechError `SECRET_KEY_SHORT` (fatal) */
export const createGuard = (options: GuardOptions): Guard => {
  if (options.secretKey.length < 32) {
    throw new PushtechError('SECRET_KEY_SHORT', 'fatal', 'SECRET_KEY needs at least 32 characters');
  }
  const sessions = createSessions(options);
  const identify = createIdentify(options, sessions);
  const attempts = createAttempts(options.clock);

  return {
    identify,
    require: createRequire(identify, sessions),
    originAllowed,
    csrfToken(request) {
      const session = options.password === '' ? undefined : sessions.read(request);
      return session && sessions.csrfToken(session);
    },
    routes: createRoutes({
      readAddress: readSocket,
      isHttps: isTls,
      ...options,
      identify,
      sessions,
      attempts,
    }),
  };
};
