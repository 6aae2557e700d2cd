import type { Storage } from './storage.ts';

/** `?pushtech=off`, `?pushtech=on` and `#pushtech-check=<nonce>`, in the query or behind the `#`. */
const MARKER = /([?#&])pushtech(?:=(on|off)|-check=([\w.:-]{1,64}))(&|(?=#)|$)/;

const OFF = 'off';

/** Does somebody leave out own visits in this browser? */
export const isOff = (storage: Storage): boolean => storage.read(OFF) === '1';

/** Does what the page's address asks the tag for, and takes it out of the address. @returns the nonce of a live check */
export const readMarker = (storage: Storage): string | undefined => {
  const { href } = location;
  const found = MARKER.exec(href);
  if (!found) return undefined;
  const [all, lead, wish, nonce, tail] = found;
  history.replaceState(history.state, '', href.replace(all, tail === '&' ? (lead as string) : ''));
  if (wish) {
    storage.write(OFF, wish === OFF ? '1' : '0');
    console.info(`pushtech: own visits ${wish}`);
  }
  return nonce;
};
