import { isUtf8 } from 'node:buffer';

const LETTERS: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', v: '\v' };

const ESCAPE = /\\(["\\ntrbv])|(?:\\x[0-9a-f]{2})+/gi;

const undo = (written: string, letter: string | undefined): string => {
  if (letter !== undefined) return LETTERS[letter] ?? letter;
  const bytes = Buffer.from(written.replaceAll('\\x', ''), 'hex');
  return isUtf8(bytes) ? bytes.toString() : written;
};

/**
 * A quoted field as the server got it: Apache writes `\"`, `\\`, `\n` and `\xHH`, nginx only `\xHH`. Bytes that make no
 * UTF-8 stay written as `\xHH`: nothing is lost, and two different fields stay different.
 */
export const undoEscapes = (field: string): string =>
  field.includes('\\') ? field.replace(ESCAPE, undo) : field;

/** Index of the quote that ends a field whose text begins at `from`; a quote behind a backslash does not. -1 = none. */
export const closingQuote = (line: string, from: number): number => {
  for (let quote = line.indexOf('"', from); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (before >= from && line.charCodeAt(before) === 92) before -= 1;
    if ((quote - 1 - before) % 2 === 0) return quote;
  }
  return -1;
};
