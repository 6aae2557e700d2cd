import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  BUFFER_URL: ['fatal', 'no engine has the scheme of the URL'],
  BUFFER_FULL: ['retry', 'an append would go past `?maxBytes=`'],
  BUFFER_DOWN: ['retry', 'the engine cannot be reached, or has no room on its disk'],
  BUFFER_CLOSED: ['fatal', 'used after close'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const bufferError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
