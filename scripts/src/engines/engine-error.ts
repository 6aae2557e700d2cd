import { type ErrorKind, PushtechError } from '@pushtech/event';

/** Each code with its kind; the README tells more. */
const kinds = {
  ENGINE_TOOL: 'fatal',
  ENGINE_COMMAND: 'fatal',
  ENGINE_SILENT: 'retry',
  ENGINE_SETTINGS: 'fatal',
} as const satisfies Record<string, ErrorKind>;

export const engineError = (code: keyof typeof kinds, message: string): PushtechError =>
  new PushtechError(code, kinds[code], message);
