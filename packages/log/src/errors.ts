import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  LOG_URL: ['fatal', 'no engine has the scheme of the URL, or an option of it cannot be read'],
  LOG_FULL: ['retry', 'an append would go past `?maxBytes=`'],
  LOG_DOWN: ['retry', 'the engine cannot be reached, or has no room on its disk'],
  LOG_TOO_LARGE: ['dead', 'a record is larger than the topic takes'],
  LOG_UNREADABLE: ['fatal', 'what is on the log is damaged, or in a format the engine does not read'],
  LOG_CLOSED: ['fatal', 'used after close'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const logError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
