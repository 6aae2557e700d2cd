import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Cookies } from './cookies.ts';
import { deriveKey, sameText, seal, sign, unseal } from './signing.ts';

const COOKIE = 'pushtech_session';
const LIFETIME_MS = 12 * 3_600_000;

/** The account that `ADMIN_PASSWORD` makes; it is in no store. */
export const ADMIN = 'admin';

export interface Session {
  /** New at each sign-in. */
  id: string;
  /** The id of an account, or `admin`. */
  account: string;
  /** Epoch ms. */
  began: number;
  expires: number;
  /** Of `admin` only: changes with the password. */
  by?: string;
}

export interface SessionOptions {
  secretKey: string;
  password: string;
  /** Epoch ms. */
  clock: () => number;
  cookies: Cookies;
}

/**
 * Sessions live in a signed cookie, so that every copy of every service knows them. Whether the account behind one may still
 * come in is not theirs to say, see `identify.ts`.
 */
export const createSessions = ({ secretKey, password, clock, cookies }: SessionOptions) => {
  const key = deriveKey(secretKey, 'session');
  const csrfKey = deriveKey(secretKey, 'csrf');
  const passwordMark = sign(deriveKey(secretKey, 'password of admin'), password);
  const csrfToken = (session: Session): string => sign(csrfKey, session.id);

  const isGood = (session: Session | undefined): session is Session =>
    session !== undefined &&
    session.expires > clock() &&
    (session.account !== ADMIN || (password !== '' && session.by === passwordMark));

  return {
    /**
     * The session a request belongs to; `undefined` without one, or with a forged or old one. Of several the latest: who
     * signed in here last is the one who sits there, whatever a sibling host planted before.
     */
    read(request: IncomingMessage): Session | undefined {
      const values = cookies.read(COOKIE, request);
      if (values.length === 0) return undefined;
      return values
        .map((value) => unseal(key, value) as Session | undefined)
        .filter(isGood)
        .reduce<Session | undefined>((a, b) => (a && a.began >= b.began ? a : b), undefined);
    },
    /** Whether the request brought a cookie of ours at all. */
    claimed: (request: IncomingMessage): boolean => cookies.read(COOKIE, request).length > 0,
    /** A `Set-Cookie` value that begins a session under a new id. */
    begin(account: string, request: IncomingMessage): string {
      const id = randomBytes(16).toString('base64url');
      const began = clock();
      const by = account === ADMIN ? { by: passwordMark } : {};
      const session: Session = { id, account, began, expires: began + LIFETIME_MS, ...by };
      return cookies.write(COOKIE, seal(key, session), LIFETIME_MS / 1000, request);
    },
    end: (request: IncomingMessage): string => cookies.write(COOKIE, '', 0, request),
    csrfToken,
    csrfMatches: (session: Session, given: unknown): boolean =>
      typeof given === 'string' && sameText(given, csrfToken(session)),
  };
};

export type Sessions = ReturnType<typeof createSessions>;
