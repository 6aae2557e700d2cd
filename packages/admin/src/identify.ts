import type { IncomingMessage } from 'node:http';
import type { Known, KnownAccount } from './known.ts';
import { isLocal } from './request-origin.ts';
import { allScopes, noScopes, type Scope, scopesOf } from './scopes.ts';
import { ADMIN, type Session, type Sessions } from './session.ts';
import { sameText } from './signing.ts';
import { readToken, type TokenReading, tokenKey } from './tokens.ts';

export interface Identity {
  /** `open`: nobody signed in, but the loopback rule lets everyone in. `none`: nobody. */
  kind: 'open' | 'session' | 'token' | 'none';
  scopes: ReadonlySet<Scope>;
  /** For audit lines: an account's e-mail, `admin`, `token <name>`, `local`; empty for nobody. */
  who: string;
  /** Of a session of an account in the store; `admin` has none. */
  account?: KnownAccount;
  /** Said to programs with a bad or expired token or session. */
  problem?: string;
  /** The same for people, as a key of the words of the sign-in. */
  reason?: 'ended' | 'away' | 'noPassword';
}

export interface IdentifyOptions {
  password: string;
  apiToken: string;
  secretKey: string;
  /** Epoch ms. */
  clock: () => number;
  sessions: Sessions;
  known: Known | undefined;
}

/** `createdBy` of what was made where everyone is let in. */
export const LOCAL = 'local';

const open: Identity = { kind: 'open', scopes: allScopes, who: LOCAL };
const admin: Identity = { kind: 'session', scopes: allScopes, who: ADMIN };
const apiTokenHolder: Identity = { kind: 'token', scopes: allScopes, who: 'token API_TOKEN' };
const none: Identity = { kind: 'none', scopes: noScopes, who: '' };

const nobody = (problem: string, reason?: 'ended' | 'away' | 'noPassword'): Identity => ({
  ...none,
  problem,
  ...(reason && { reason }),
});

const noPassword = nobody(
  'No ADMIN_PASSWORD is set, so this is open on this machine only, by http://localhost. Set one to sign in from elsewhere.',
  'noPassword',
);
const sessionEnded = nobody('Your session has ended. Sign in again.', 'ended');
const notNow = 'cannot be checked just now, because the store does not answer. Try again in a few seconds.';
const sessionUnchecked = nobody(`Your session ${notNow}`, 'away');
const tokenUnchecked = nobody(`This token ${notNow}`);
const tokenRevoked = nobody('This token was revoked.');
const tokenUnknown = nobody('This token is not known here. One made a moment ago counts within 3 seconds.');
const makerGone = nobody('Whoever made this token may not come in any more.');

/** The token of `Authorization: Bearer <token>`; other schemes are not ours to judge. */
const bearerOf = (request: IncomingMessage): string | undefined => {
  const header = request.headers.authorization;
  return header && /^bearer +/i.test(header) ? header.replace(/^bearer +/i, '').trimEnd() : undefined;
};

const intersection = (a: ReadonlySet<Scope>, b: ReadonlySet<Scope>): ReadonlySet<Scope> => a.intersection(b);

/** Who asks: a token counts first, so that a bad one is told even where everyone is let in; then session, then loopback. */
export const createIdentify = (options: IdentifyOptions) => {
  const { password, apiToken, secretKey, clock, sessions, known } = options;
  const key = tokenKey(secretKey);

  /** A token of the tokens screen: revoked ones end, and it may never do more than its maker may now. */
  const identifyKept = (token: TokenReading & { ok: true }): Identity => {
    if (!known?.isRead()) return tokenUnchecked;
    const entry = known.token(token.id);
    if (!entry) return known.isAway() ? tokenUnchecked : tokenUnknown;
    if (entry.revoked) return tokenRevoked;
    const who = `token ${entry.name}`;
    if (entry.createdBy === ADMIN || entry.createdBy === LOCAL)
      return { kind: 'token', scopes: token.scopes, who };
    const maker = known.account(entry.createdBy);
    if (!maker || maker.disabled) return makerGone;
    return { kind: 'token', scopes: intersection(token.scopes, scopesOf(maker.role)), who };
  };

  const identifyBearer = (token: string): Identity => {
    if (apiToken !== '' && sameText(token, apiToken)) return apiTokenHolder;
    const reading = readToken(key, token, clock());
    if (!reading.ok) return nobody(reading.problem);
    return reading.kept
      ? identifyKept(reading)
      : { kind: 'token', scopes: reading.scopes, who: `token ${reading.id}` };
  };

  const identifySession = (session: Session): Identity => {
    if (session.account === ADMIN) return admin;
    if (!known?.isRead()) return sessionUnchecked;
    const account = known.account(session.account);
    if (!account || account.disabled || session.began < account.sessionsFrom) return sessionEnded;
    return { kind: 'session', scopes: scopesOf(account.role), who: account.email, account };
  };

  return function identify(request: IncomingMessage): Identity {
    const token = bearerOf(request);
    if (token !== undefined) return identifyBearer(token);
    const session = sessions.read(request);
    const identity = session && identifySession(session);
    if (identity && identity.kind !== 'none') return identity;
    if (password === '' && isLocal(request)) return open;
    if (identity) return identity;
    if (sessions.claimed(request)) return sessionEnded;
    return password === '' && !known?.hasAccounts() ? noPassword : none;
  };
};

export type Identify = ReturnType<typeof createIdentify>;
