import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  REDIS_URL: ['fatal', 'the URL or one of its options cannot be read'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const redisError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });

/**
 * What a server answers while it cannot work: it starts, its memory is full, it is a replica, it wants another password.
 * For us all of these are "down": they pass, or an operator ends them, and until then the next place takes the data.
 * Before version 7 an error inside a script stands behind words about the script.
 */
const DOWN =
  /^(?:ERR Error running script .*?: -)?(?:OOM|READONLY|LOADING|NOAUTH|WRONGPASS|NOPERM|MISCONF|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|BUSY|UNBLOCKED)\b/;

/** Mistakes of our own, which no waiting mends. */
const OURS = /^(TypeError|RangeError|ReferenceError|SyntaxError|PushtechError)$/;

/** Whether the server is out of reach or takes no writes, as opposed to a command that is wrong. */
export const isDown = (error: unknown): boolean => {
  const { name, message } = error as Error;
  return name === 'ReplyError' ? DOWN.test(message) : !OURS.test(name);
};
