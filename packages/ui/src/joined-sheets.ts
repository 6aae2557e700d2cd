import { readFileSync } from 'node:fs';

/** Sheets of a folder as one text, in the order of their names, which is their order in the cascade: one request. */
export const joinedSheets = (folder: URL, names: readonly string[]): string =>
  names.map((name) => readFileSync(new URL(`${name}.css`, folder), 'utf8')).join('\n');
