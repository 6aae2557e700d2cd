import type { IncomingMessage } from 'node:http';
import type { Store } from '@pushtech/store';
import type { Links } from '@pushtech/ui';
import type { preHandlerAsyncHookHandler } from 'fastify';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { Cookies } from './cookies.ts';
import type { Frame } from './frame.ts';
import type { Identify } from './identify.ts';
import type { Known } from './known.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { Passwords } from './passwords.ts';
import type { Provider } from './provider.ts';
import type { Refusals } from './require.ts';
import type { Scope } from './scopes.ts';
import type { Sessions } from './session.ts';

/** What the routes of this package share. */
export interface AuthDeps {
  /** `ADMIN_PASSWORD`. */
  password: string;
  secretKey: string;
  identify: Identify;
  require: (scope?: Scope) => preHandlerAsyncHookHandler;
  refusals: Refusals;
  sessions: Sessions;
  cookies: Cookies;
  hosts: OwnHosts;
  links: Links;
  frame: Frame;
  audit: Audit;
  passwords: Passwords;
  attempts: { address: Attempts; account: Attempts };
  readAddress: (request: IncomingMessage) => { address: string };
  isHttps: (request: IncomingMessage) => boolean;
  provider: Provider | undefined;
  /** Epoch ms. */
  clock: () => number;
  newId: () => string;
  /** Both or none of them. */
  store: Store | undefined;
  known: Known | undefined;
}

/** Of those that keep accounts. */
export interface PeopleDeps extends AuthDeps {
  store: Store;
  known: Known;
}
