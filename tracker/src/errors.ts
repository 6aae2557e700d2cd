import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  SPOOL_FULL: ['retry', 'an append would go past `SPOOL_MAX_BYTES`'],
  SPOOL_FAILED: ['retry', 'the disk of the spool refuses: no room, read-only, a failing device'],
  SPOOL_CLOSED: ['fatal', 'used after close'],
  NOT_STORED: ['retry', 'neither the buffer nor the spool takes the hits just now'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const trackerError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
