import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { deriveKey, sameText, seal, sign, unseal } from './signing.ts';

const COOKIE = 'pushtech_session';
const LIFETIME_MS = 12 * 3_600_000;

export interface Session {
  id: string;
  /** Epoch ms. */
  expires: number;
}

/** Values of all cookies with our name: a page of a sibling host may have set one beside ours. */
const cookiesOf = (request: IncomingMessage): string[] =>
  (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1));

const cookie = (value: string, maxAgeS: number, secure: boolean): string =>
  `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

/**
 * Sessions live in a signed cookie, so that every copy of every service knows them. The password is part of the key:
 * a new one ends all sessions.
 */
export const createSessions = (options: { secretKey: string; password: string; clock: () => number }) => {
  const { clock } = options;
  const sessionKey = deriveKey(options.secretKey, `session\n${options.password}`);
  const csrfKey = deriveKey(options.secretKey, 'csrf');
  const csrfToken = (session: Session): string => sign(csrfKey, session.id);

  const read = (request: IncomingMessage): Session | undefined =>
    cookiesOf(request)
      .map((value) => unseal(sessionKey, value) as Session | undefined)
      .find((session) => session !== undefined && session.expires > clock());

  return {
    /** The session a request belongs to; `undefined` without one, or with a forged or old one. */
    read,
    /** Whether the request brought a cookie of ours at all. */
    claimed: (request: IncomingMessage): boolean => cookiesOf(request).length > 0,
    /** A `Set-Cookie` value that begins a session. `secure`: the request came by TLS. */
    begin(secure: boolean): string {
      const session: Session = { id: randomBytes(16).toString('base64url'), expires: clock() + LIFETIME_MS };
      return cookie(seal(sessionKey, session), LIFETIME_MS / 1000, secure);
    },
    end: (secure: boolean): string => cookie('', 0, secure),
    csrfToken,
    csrfMatches: (session: Session, given: unknown): boolean =>
      typeof given === 'string' && sameText(given, csrfToken(session)),
  };
};

export type Sessions = ReturnType<typeof createSessions>;
