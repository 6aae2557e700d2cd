import { PushtechError } from '@pushtech/event';
import { isScope, type Scope } from './scopes.ts';
import { deriveKey, type Key, seal, unseal } from './signing.ts';

export interface TokenOptions {
  /** The installation's `SECRET_KEY`. */
  secretKey: string;
  /** Who or what it is for; readable in the token. 1 to 64 characters. */
  id: string;
  scopes: readonly Scope[];
  /** Epoch ms. */
  expires: number;
  /** `id` is that of an entry in the store, which can revoke it. */
  kept?: boolean;
}

export type TokenReading =
  | { ok: true; id: string; scopes: ReadonlySet<Scope>; kept: boolean }
  | { ok: false; problem: string };

const PREFIX = 'pt_';

export const tokenKey = (secretKey: string): Key => deriveKey(secretKey, 'token');

/**
 * A bearer token. Without `kept` it needs no store: `pt_<base64url(json)>.<HMAC-SHA-256>`. It is good until it expires; a new
 * `SECRET_KEY` ends all tokens at once.
 * @throws PushtechError `TOKEN_INVALID` (fatal) when an option makes no sense
 */
export const makeToken = ({ secretKey, id, scopes, expires, kept }: TokenOptions): string => {
  const fail = (message: string) => new PushtechError('TOKEN_INVALID', 'fatal', message);
  if (id.length < 1 || id.length > 64) throw fail('a token needs a name of 1 to 64 characters');
  if (scopes.length === 0) throw fail('a token needs at least one scope');
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown) throw fail(`there is no scope ${unknown}`);
  if (!Number.isSafeInteger(expires)) throw fail('expires is a time in milliseconds');
  return PREFIX + seal(tokenKey(secretKey), { id, scopes, expires, ...(kept && { kept }) });
};

/** What a token that is not `API_TOKEN` is good for, or a sentence for whoever sent it. */
export const readToken = (key: Key, token: string, now: number): TokenReading => {
  const facts = token.startsWith(PREFIX)
    ? (unseal(key, token.slice(PREFIX.length)) as Omit<TokenOptions, 'secretKey'> | undefined)
    : undefined;
  if (!facts) return { ok: false, problem: 'This token is not one of ours, or it was changed.' };
  if (facts.expires <= now) {
    return { ok: false, problem: `This token expired at ${new Date(facts.expires).toISOString()}.` };
  }
  return { ok: true, id: facts.id, scopes: new Set(facts.scopes.filter(isScope)), kept: facts.kept === true };
};
