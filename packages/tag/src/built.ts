// For the tracker: the script as it is served. Runs on Node, not on pages.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../built/t.js', import.meta.url), 'utf8');

/** How the build writes the place that `script.ts` calls PATH. */
const PLACE = '"./t"';

/** The way from a file to a path of the same origin: `app/s.js` → `/hello` is `../hello`, also below a prefix of a proxy. */
const wayTo = (name: string, path: string): string =>
  ('../'.repeat(name.split('/').length - 1) || './') + path.slice(1);

/**
 * The script as it is served under a name, which sends to a path of the same origin.
 * @param name e.g. `t.js` or `app/stats.js`
 * @param path e.g. `/t`
 */
export const tagScript = (name: string, path: string): string => {
  const parts = text.split(PLACE);
  if (parts.length !== 2) throw new Error('built/t.js does not name its path once: build it again');
  return parts.join(JSON.stringify(wayTo(name, path)));
};
