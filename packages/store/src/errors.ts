import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  STORE_URL: ['fatal', 'no engine has the scheme of the URL, or the engine cannot read the URL'],
  STORE_CLOSED: ['fatal', 'used after close'],
  STORE_DOWN: [
    'retry',
    'the engine cannot be reached, or takes no writes; a write may have worked all the same',
  ],
  STORE_BUSY: ['retry', 'others kept changing the same document for 10 s'],
  STORE_FAILED: ['fatal', 'the engine does not know a command, or holds what this program cannot work with'],
  STORE_DOCUMENT: ['dead', 'the document is too big, or its id or a value it is found by is no text we take'],
  STORE_FIELD: ['dead', 'nothing of this kind is found by this field'],
  STORE_TAKEN: ['dead', 'the changed document has a unique value that another one has'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const storeError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
