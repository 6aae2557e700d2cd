import { decodeQueryPart } from '@pushtech/event';

/**
 * Calls back for each parameter of a URL's query, decoded, in order. The URL is text already (not a header's bytes);
 * a malformed percent sign stays.
 */
export const eachParam = (url: string, call: (name: string, value: string) => void): void => {
  const mark = url.indexOf('?');
  if (mark < 0) return;
  const hash = url.indexOf('#');
  if (hash >= 0 && hash < mark) return;
  const query = url.slice(mark + 1, hash < 0 ? url.length : hash);
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) call(decodeQueryPart(pair.slice(0, equals)), decodeQueryPart(pair.slice(equals + 1)));
  }
};
