import { readFileSync } from 'node:fs';

/** The text of a file in `in-page/`: code that runs in the page, where there are other types and a content policy. */
export const inPage = (name: string): string =>
  readFileSync(new URL(`./in-page/${name}`, import.meta.url), 'utf8');
