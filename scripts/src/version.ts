import { readFileSync } from 'node:fs';

/** Of pushtech: the tag of all images, and what a backup was made by. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
