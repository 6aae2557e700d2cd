// The browser's zone, and how the server learns it for the next time.
const NAME = 'pushtech_tz';
const YEAR_S = 31_536_000;

export const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const isZoneTold = () => document.cookie.includes(`${NAME}=`);

/** @param {string} zone IANA */
export const tellZone = (zone) => {
  // biome-ignore lint/suspicious/noDocumentCookie: the other way is not in all browsers yet.
  document.cookie = `${NAME}=${encodeURIComponent(zone)};path=/dashboard;max-age=${YEAR_S};samesite=lax`;
};
