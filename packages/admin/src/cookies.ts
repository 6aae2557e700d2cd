import type { IncomingMessage } from 'node:http';
import type { OwnHosts } from './own-hosts.ts';

export interface CookieOptions {
  hosts: OwnHosts;
  /** Whether the browser speaks TLS. */
  isHttps: (request: IncomingMessage) => boolean;
}

/**
 * Cookies under a name that says how they were set: `__Host-` by TLS for one host, `__Secure-` by TLS for the domain of all
 * our hosts. Browsers keep what a page of a sibling host or of plain HTTP sets from taking such a name.
 */
export const createCookies = ({ hosts, isHttps }: CookieOptions) => {
  const nameOf = (name: string, request: IncomingMessage): string => {
    if (!isHttps(request)) return name;
    return `${hosts.cookieDomain(request) === undefined ? '__Host-' : '__Secure-'}${name}`;
  };

  return {
    /** All values under the name, as the browser ordered them: there may be some that others set. */
    read(name: string, request: IncomingMessage): string[] {
      const { cookie } = request.headers;
      if (!cookie) return [];
      const start = `${nameOf(name, request)}=`;
      return cookie
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(start))
        .map((pair) => pair.slice(start.length));
    },
    /** A `Set-Cookie` value; `maxAgeS` 0 takes the cookie away. */
    write(name: string, value: string, maxAgeS: number, request: IncomingMessage): string {
      const domain = hosts.cookieDomain(request);
      return [
        `${nameOf(name, request)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax`,
        ...(domain === undefined ? [] : [`Domain=${domain}`]),
        ...(isHttps(request) ? ['Secure'] : []),
      ].join('; ');
    },
  };
};

export type Cookies = ReturnType<typeof createCookies>;
