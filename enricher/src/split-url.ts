import { domainToASCII } from 'node:url';

/** The parts of an address that the steps ask for, cut out without decoding or normalising anything. */
export interface UrlParts {
  /** Lower case, without user name and port, names of other scripts as browsers send them (`xn--…`); may be empty. */
  host: string;
  /** From the host to the first `?` or `#`, as it was sent; `/` where there is nothing. */
  path: string;
  /** Behind the `?`, without the fragment. */
  query: string;
  fragment: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}:\/\//i;
const PORT = /:\d*$/;

/** Index of the first of `/ ? #` from `start` on, or the end. */
const endOfHost = (url: string, start: number): number => {
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === 47 || code === 63 || code === 35) return i;
  }
  return url.length;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is meant
const BEYOND_ASCII = /[^\x00-\x7f]/;

const cleanHost = (authority: string): string => {
  const whole = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const host = whole.includes(':') ? whole.replace(PORT, '') : whole;
  return BEYOND_ASCII.test(host) ? domainToASCII(host) || host : host;
};

const splitRest = (host: string, rest: string): UrlParts => {
  const hash = rest.indexOf('#');
  const whole = hash < 0 ? rest : rest.slice(0, hash);
  const mark = whole.indexOf('?');
  const path = mark < 0 ? whole : whole.slice(0, mark);
  return {
    host,
    path: path === '' ? '/' : path,
    query: mark < 0 ? '' : whole.slice(mark + 1),
    fragment: hash < 0 ? '' : rest.slice(hash + 1),
  };
};

/** Splits a URL, about ten times faster than `new URL`, and without its corrections. What has no host has host ''. */
export const splitUrl = (url: string): UrlParts => {
  const scheme = url.startsWith('https://') ? 8 : (SCHEME.exec(url)?.[0].length ?? 0);
  if (scheme === 0) return splitRest('', url);
  const end = endOfHost(url, scheme);
  return splitRest(cleanHost(url.slice(scheme, end)), url.slice(end));
};

/** Splits `https://<site><request target>` where it is known to be put together so: the target may be `*` or a whole URL. */
export const splitTarget = (url: string, site: string): UrlParts | undefined => {
  const prefix = `https://${site}`;
  return url.startsWith(prefix)
    ? splitRest(site.replace(PORT, '').toLowerCase(), url.slice(prefix.length))
    : undefined;
};

export const withoutWww = (host: string): string => (host.startsWith('www.') ? host.slice(4) : host);
