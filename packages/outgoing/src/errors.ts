import { type ErrorKind, PushtechError } from '@pushtech/event';

/** Code → what the caller must do, and when it happens. The README has the same table. */
export const codes = {
  OUTGOING_URL: ['dead', 'the address is no http or https URL, or has a user name in it'],
  OUTGOING_ADDRESS: ['dead', 'its host is, or was sent on to, an address that is not public'],
  OUTGOING_REDIRECTS: ['dead', 'it was sent on more often than allowed'],
  OUTGOING_TIMEOUT: ['retry', 'the whole did not come in time'],
  OUTGOING_FAILED: ['retry', 'no connection, an unknown host, a broken or refused answer'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

export type OutgoingCode = keyof typeof codes;

export const outgoingError = (code: OutgoingCode, message: string): PushtechError =>
  new PushtechError(code, codes[code][0], message);
