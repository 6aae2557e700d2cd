import type { IncomingMessage } from 'node:http';
import type { GuardOptions, Identity } from './guard.ts';
import { isLocal } from './request-origin.ts';
import { allScopes, noScopes } from './scopes.ts';
import type { Sessions } from './session.ts';
import { sameText } from './signing.ts';
import { readToken, tokenKey } from './tokens.ts';

const open: Identity = { kind: 'open', scopes: allScopes };
const session: Identity = { kind: 'session', scopes: allScopes };
const apiToken: Identity = { kind: 'token', scopes: allScopes };
const none: Identity = { kind: 'none', scopes: noScopes };

const nobody = (problem: string): Identity => ({ ...none, problem });

const noPassword = nobody(
  'No ADMIN_PASSWORD is set, so this is open on this machine only, by http://localhost. Set one to sign in from elsewhere.',
);
const sessionEnded = nobody('Your session has ended. Sign in again.');

/** The token of `Authorization: Bearer <token>`; other schemes are not ours to judge. */
const bearerOf = (request: IncomingMessage): string | undefined => {
  const header = request.headers.authorization;
  return header && /^bearer +/i.test(header) ? header.replace(/^bearer +/i, '').trimEnd() : undefined;
};

/** Who asks: a token counts first, so that a bad one is told even where everyone is let in; then session, then loopback. */
export const createIdentify = (options: GuardOptions, sessions: Sessions) => {
  const key = tokenKey(options.secretKey);

  const identifyBearer = (token: string): Identity => {
    if (options.apiToken !== '' && sameText(token, options.apiToken)) return apiToken;
    const reading = readToken(key, token, options.clock());
    return reading.ok ? { kind: 'token', scopes: reading.scopes } : nobody(reading.problem);
  };

  return function identify(request: IncomingMessage): Identity {
    const token = bearerOf(request);
    if (token !== undefined) return identifyBearer(token);
    if (options.password === '') return isLocal(request) ? open : noPassword;
    if (sessions.read(request)) return session;
    return sessions.claimed(request) ? sessionEnded : none;
  };
};

export type Identify = ReturnType<typeof createIdentify>;
