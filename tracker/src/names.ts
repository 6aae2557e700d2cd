/** Segments of letters, digits, `_ . -`; none of only dots. */
const SEGMENTS = /^(?!\.+(?:\/|$))[\w.-]+(?:\/(?!\.+(?:\/|$))[\w.-]+)*$/;

/** First segments of routes that services have: hits must not hide a screen. */
const TAKEN = new Set(
  (
    't r t.js robots.txt healthz readyz metrics docs _ui auth login logout kafidx stats store dashboard sites privacy ' +
    'share visit documentation mappings push assets importers queues sources runs people tokens'
  ).split(' '),
);

/** A further name of the script, e.g. `s.js` or `app/stats.js`. */
export const isTagName = (name: string): boolean => SEGMENTS.test(name) && name.endsWith('.js');

/** A further path for hits, e.g. `/hello`. */
export const isTrackPath = (path: string): boolean =>
  path.startsWith('/') && SEGMENTS.test(path.slice(1)) && !TAKEN.has(path.split('/')[1] as string);
