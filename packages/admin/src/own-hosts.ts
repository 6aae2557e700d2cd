import type { IncomingMessage } from 'node:http';

/** Services that have a host name of their own where `PUBLIC_URL` is a pattern (DESIGN §6). */
const services = ['trk', 'kafidx', 'consumers', 'www', 'store', 'notify', 'assets', 'offers'];

export interface OwnHosts {
  /** Origins of all our services by `PUBLIC_URL`; empty where it says nothing. */
  origins: ReadonlySet<string>;
  /** Whether an `Origin` is one of ours: that of the host asked, or of a service by `PUBLIC_URL`. */
  isOurs(origin: string, request: IncomingMessage): boolean;
  /** The domain that a cookie set by this request's host may name, so that all our hosts get it; none = this host only. */
  cookieDomain(request: IncomingMessage): string | undefined;
  /** The address of the request itself on one of our hosts by `PUBLIC_URL`, for the way back; else its path. */
  addressOf(request: IncomingMessage): string;
  /** Where to go after the sign-in: a path of this site or an address of ours; `/` for anything else. */
  safeTarget(to: unknown): string;
}

const originOf = (address: string): string => {
  const url = URL.parse(address);
  return url === null || url.origin === 'null' ? '' : url.origin;
};

/** `https://{service}.example.org` → `example.org`. A lone label (`localhost`, `org`) is no domain for cookies. */
const domainOf = (pattern: string): string | undefined => {
  const host = URL.parse(pattern.replace('{service}', 'service'))?.hostname ?? '';
  const parent = host.slice(host.indexOf('.') + 1);
  const isName = pattern.slice(pattern.indexOf('//')).split(/[./:]/)[2]?.includes('{service}') ?? false;
  return isName && parent !== host && parent.includes('.') ? parent : undefined;
};

const hostOf = (request: IncomingMessage): string => (request.headers.host ?? '').toLowerCase();

/** A path of this site: `//host`, backslashes, controls and what a browser drops lead elsewhere. */
const isPath = (to: string): boolean => /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(to);

/** An address whose text begins with its own origin: no user name, no odd slashes, nothing for a parser to mend. */
const isPlainAddress = (to: string, origin: string): boolean =>
  /^[\x21-\x5b\x5d-\x7e]+$/.test(to) && (to === origin || to.startsWith(`${origin}/`));

/** Which hosts are ours, by `PUBLIC_URL`: empty, one address, or a pattern with `{service}`. */
export const createOwnHosts = (publicUrl: string): OwnHosts => {
  const isPattern = publicUrl.includes('{service}');
  const addresses = isPattern
    ? services.map((name) => publicUrl.replace('{service}', name))
    : publicUrl
      ? [publicUrl]
      : [];
  const origins = new Set(addresses.map(originOf).filter(Boolean));
  const byHost = new Map([...origins].map((origin) => [new URL(origin).host, origin]));
  const domain = isPattern ? domainOf(publicUrl) : undefined;

  return {
    origins,
    isOurs(origin, request) {
      if (origins.has(origin.toLowerCase())) return true;
      const match = /^https?:\/\/([^/]+)$/i.exec(origin);
      return match !== null && match[1]?.toLowerCase() === hostOf(request);
    },
    cookieDomain: (request) => (byHost.has(hostOf(request)) ? domain : undefined),
    addressOf(request) {
      const origin = isPattern ? byHost.get(hostOf(request)) : undefined;
      return `${origin ?? ''}${request.url ?? '/'}`;
    },
    safeTarget(to) {
      if (typeof to !== 'string' || to.length > 2048) return '/';
      if (isPath(to)) return to;
      const origin = originOf(to);
      return origins.has(origin) && isPlainAddress(to, origin) ? to : '/';
    },
  };
};
