import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { PushtechError } from '@pushtech/event';
import { isCommon } from './common-passwords.ts';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

const BLOCK = 8;
const PARALLEL = 1;
const BYTES = 32;
/** One takes 128 MiB and some 0.3 s of a core: two at a time, and no queue without end. */
const AT_ONCE = 2;
const WAITING = 40;

/** Fewer than ten characters can be tried out; more than 256 are no password. */
const SHORTEST = 10;
const LONGEST = 256;

export type PasswordProblem = 'short' | 'long' | 'common' | 'email';

/** Why a password is not taken; `undefined` when it is. */
export const passwordProblem = (password: string, email: string): PasswordProblem | undefined => {
  const length = [...password].length;
  if (length < SHORTEST) return 'short';
  if (length > LONGEST) return 'long';
  const bare = password.toLowerCase();
  if (bare === email || bare === email.split('@')[0]) return 'email';
  return isCommon(password) ? 'common' : undefined;
};

/** At most `AT_ONCE` at a time; the others wait in order. */
const createGate = () => {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Hands the place on, so that nobody slips in between. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting.length >= WAITING) {
      throw new PushtechError('PASSWORDS_BUSY', 'retry', 'too many passwords are being checked just now');
    }
    if (running < AT_ONCE) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return work().finally(leave);
  };
};

// One for the process, not for each guard: it is the process' memory.
const gate = createGate();

const hashWith = (password: string, salt: Buffer, n: number, r: number, p: number): Promise<Buffer> =>
  gate(() => derive(password.normalize('NFC'), salt, BYTES, { N: n, r, p, maxmem: 256 * n * r * p }));

/**
 * Passwords as `scrypt$N$r$p$<salt>$<hash>`, base64url.
 * @param cost N, a power of two; 2^17 as OWASP asks for. Lower ones are for tests only
 */
export const createPasswords = (cost = 2 ** 17) => {
  /** What an unknown account is compared with, so that it takes as long as a known one. */
  const nobody = `scrypt$${cost}$${BLOCK}$${PARALLEL}$${randomBytes(16).toString('base64url')}$${randomBytes(BYTES).toString('base64url')}`;

  return {
    async hash(password: string): Promise<string> {
      const salt = randomBytes(16);
      const hash = await hashWith(password, salt, cost, BLOCK, PARALLEL);
      return ['scrypt', cost, BLOCK, PARALLEL, salt.toString('base64url'), hash.toString('base64url')].join(
        '$',
      );
    },
    /** Takes the same time without a hash as with a wrong password. */
    async matches(password: string, stored: string | undefined): Promise<boolean> {
      const [name, n, r, p, salt = '', hash = ''] = (stored ?? nobody).split('$');
      if (name !== 'scrypt' || password.length > 4 * LONGEST) return false;
      const expected = Buffer.from(hash, 'base64url');
      const given = await hashWith(password, Buffer.from(salt, 'base64url'), Number(n), Number(r), Number(p));
      return given.length === expected.length && timingSafeEqual(given, expected) && stored !== undefined;
    },
  };
};

export type Passwords = ReturnType<typeof createPasswords>;
