import type { IncomingMessage } from 'node:http';

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

/** `Origin` is absent or names the host the request was sent to. */
export const originAllowed = (request: IncomingMessage): boolean => {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match !== null && match[1]?.toLowerCase() === host?.toLowerCase();
};

/** A browser says that a page of somewhere else sent this. Programs say nothing and are not meant here. */
export const isCrossSite = (request: IncomingMessage): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site' || !originAllowed(request);
};
