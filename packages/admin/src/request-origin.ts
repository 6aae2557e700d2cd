import type { IncomingMessage } from 'node:http';
import type { OwnHosts } from './own-hosts.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK = /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$|^::1$/i;

const forwarded = (name: string): boolean => name === 'forwarded' || name.startsWith('x-forwarded-');

/**
 * The loopback rule: the other end is this machine, no proxy stands between, and the browser was sent to this machine
 * by name. The last one keeps out pages whose host name was pointed at 127.0.0.1 (DNS rebinding).
 */
export const isLocal = (request: IncomingMessage): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') &&
  LOCAL_HOST.test(request.headers.host ?? '') &&
  !Object.keys(request.headers).some(forwarded);

/** What a browser says of the page that made it send a request. Programs say nothing and are not meant here. */
export const createOriginRules = (hosts: OwnHosts) => {
  /** `Origin` is absent, names the host the request was sent to, or another one of ours. */
  const originAllowed = (request: IncomingMessage): boolean => {
    const { origin } = request.headers;
    return origin === undefined || hosts.isOurs(origin, request);
  };

  return {
    originAllowed,
    /** A page of somewhere else sent this: another site, or a sibling host that is not one of ours. */
    isForeign(request: IncomingMessage): boolean {
      const site = request.headers['sec-fetch-site'];
      if (site === 'cross-site' || !originAllowed(request)) return true;
      return site === 'same-site' && request.headers.origin === undefined;
    },
  };
};

export type OriginRules = ReturnType<typeof createOriginRules>;
