import type { IncomingMessage } from 'node:http';
import { newId as newUuid, PushtechError } from '@pushtech/event';
import type { Store } from '@pushtech/store';
import { createLinks, type Html, type Links } from '@pushtech/ui';
import type { FastifyPluginAsync, preHandlerAsyncHookHandler } from 'fastify';
import { createAttempts } from './attempts.ts';
import { createAudit } from './audit.ts';
import { createCookies } from './cookies.ts';
import { createFrame } from './frame.ts';
import { createIdentify, type Identity } from './identify.ts';
import { createKnown } from './known.ts';
import { createOwnHosts } from './own-hosts.ts';
import { createPasswords } from './passwords.ts';
import { createProvider, type ProviderOptions } from './provider.ts';
import { createOriginRules } from './request-origin.ts';
import { createRefusals, createRequire } from './require.ts';
import { createRoutes } from './routes.ts';
import type { Scope } from './scopes.ts';
import { createSessions } from './session.ts';

export type { Identity };

export interface GuardOptions {
  /** `ADMIN_PASSWORD`: of the built-in owner. Empty = none set: then the screens are open on loopback, see `identify`. */
  password: string;
  apiToken: string;
  /** Signs sessions, CSRF tokens and made tokens. At least 32 characters. */
  secretKey: string;
  /** Epoch ms. */
  clock: () => number;
  /** Accounts, invitations, tokens and audit lines. Without it there is the built-in owner only. */
  store?: Store;
  /** `PUBLIC_URL`: which hosts are ours, and what domain a session is good for. */
  publicUrl?: string;
  /** Default: by `publicUrl`. */
  links?: Links;
  /** The OpenID Connect provider; none without an issuer. */
  provider?: ProviderOptions;
  newId?: () => string;
  warn?: (facts: object, sentence: string) => void;
  /** Whose tries to sign in are counted together. Default: the socket's other end. */
  readAddress?: (request: IncomingMessage) => { address: string };
  /** Whether the browser speaks TLS: then the cookie is `Secure`. Default: whether this socket does. */
  isHttps?: (request: IncomingMessage) => boolean;
  /** N of scrypt; lower than the default of 2^17 for tests only. */
  passwordCost?: number;
}

export interface Guard {
  /**
   * Who asks. Works on any Node request, websocket upgrades too, at once and without the store. Without a password, requests
   * count as `open` when the socket's other end is loopback, no `Forwarded` or `X-Forwarded-*` header is there, and `Host` is
   * localhost, 127.0.0.1 or [::1] (with any port).
   */
  identify(request: IncomingMessage): Identity;
  /**
   * A fastify hook: 401 without identity (a page is sent to the sign-in), 403 naming the missing scope, CSRF for
   * sessions that write, 403 for what a page of elsewhere sent. Without a scope: whoever signed in.
   */
  require(scope?: Scope): preHandlerAsyncHookHandler;
  /** A websocket's `Origin` is one of our hosts, or there is none. */
  originAllowed(request: IncomingMessage): boolean;
  /** What a page of a session must send back as header `x-csrf-token` or field `csrf`; `undefined` when nobody signed in. */
  csrfToken(request: IncomingMessage): string | undefined;
  /** For the end of a page's top bar: who is signed in and the button that ends it; nothing when nobody is. */
  aside(request: IncomingMessage): Html | undefined;
  /**
   * Writes down who did what, e.g. `audit(request, 'site.changed', 'shop')`; never a secret. Does not fail: what cannot be
   * written is told in the log.
   */
  audit(request: IncomingMessage, what: string, target?: string): Promise<void>;
  /** All of `/auth`. */
  routes: FastifyPluginAsync;
  /** Why accounts and tokens are not known as they are now; for `/readyz`. */
  problem(): string | undefined;
  /** After accounts and tokens were read once more, or could not be. Nobody needs to wait for it; it happens every 2 s. */
  refresh(): Promise<void>;
  /** Stops asking the store. */
  close(): Promise<void>;
}

const readSocket = ({ socket }: IncomingMessage) => ({ address: socket.remoteAddress ?? '' });
const isTls = ({ socket }: IncomingMessage): boolean =>
  (socket as { encrypted?: boolean } | undefined)?.encrypted === true;

/** For one account, whoever tries. */
export const ACCOUNT_TRIES = 50;

/**
 * Ten tries from one address, then one more every 10 s. Fifty for one account, then one a minute: enough to stop those who
 * guess from many addresses, and one address alone keeps nobody else out for long.
 */
const limitsOf = (clock: () => number) => ({
  address: createAttempts({ clock, tries: 10, everyMs: 10_000 }),
  account: createAttempts({ clock, tries: ACCOUNT_TRIES, everyMs: 60_000 }),
});

/** @throws PushtechError `SECRET_KEY_SHORT` (fatal), `OIDC_ISSUER` (fatal) */
export const createGuard = (options: GuardOptions): Guard => {
  const { secretKey, clock, store, publicUrl = '', warn = () => {}, newId = newUuid } = options;
  if (secretKey.length < 32) {
    throw new PushtechError('SECRET_KEY_SHORT', 'fatal', 'SECRET_KEY needs at least 32 characters');
  }
  const { isHttps = isTls, readAddress = readSocket, links = createLinks(publicUrl) } = options;
  const hosts = createOwnHosts(publicUrl);
  const cookies = createCookies({ hosts, isHttps });
  const sessions = createSessions({ ...options, cookies });
  const known = store && createKnown({ store, warn });
  const identify = createIdentify({ ...options, sessions, known });
  const origins = createOriginRules(hosts);
  const frame = createFrame({ identify, sessions, hosts, links });
  const judging = { identify, sessions, origins, hosts, links, frame };
  const require = createRequire(judging);
  const audit = createAudit({ lines: store?.audit, identify, clock, newId, warn });
  const provider = options.provider?.issuer
    ? createProvider({ ...options.provider, secretKey, clock, cookies, warn })
    : undefined;

  return {
    identify,
    require,
    originAllowed: origins.originAllowed,
    csrfToken: frame.csrfToken,
    aside: frame.aside,
    audit: audit.by,
    routes: createRoutes({
      ...judging,
      password: options.password,
      secretKey,
      require,
      refusals: createRefusals(judging),
      cookies,
      audit,
      passwords: createPasswords(options.passwordCost),
      attempts: limitsOf(clock),
      readAddress,
      isHttps,
      provider,
      clock,
      newId,
      store,
      known,
    }),
    problem: () =>
      known?.isAway()
        ? 'the store does not answer: accounts and tokens are known as they were last'
        : undefined,
    refresh: async () => known?.refresh(),
    close: async () => known?.close(),
  };
};
