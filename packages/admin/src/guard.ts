import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, preHandlerAsyncHookHandler } from 'fastify';

/** What a token may be good for. A session and `API_TOKEN` have them all. */
export const scopes = ['import', 'stats:read', 'stream:read', 'metrics:read', 'searches:read', 'write'] as const;
export type Scope = (typeof scopes)[number];

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
}

export interface Guard {
  /**
   * Who asks. Works on any Node request, websocket upgrades too. Without a password, requests count as `open` when the
   * socket's other end is loopback, no `Forwarded` or `X-Forwarded-*` header is there, and `Host` is localhost,
   * 127.0.0.1 or [::1] (with any port).
   */
  identify(request: IncomingMessage): Identity;
  /** A fastify hook: 401 without identity (a page is sent to the sign-in), 403 naming the missing scope, CSRF for sessions that write. */
  require(scope: Scope): preHandlerAsyncHookHandler;
  /** A websocket's `Origin` is ours, or there is none. */
  originAllowed(request: IncomingMessage): boolean;
  /** `/auth/sign-in`, `/auth/sign-out`, `GET /auth/check`. */
  routes: FastifyPluginAsync;
}

export declare const createGuard: (options: GuardOptions) => Guard;
