import { readNumberOption, readPrefix } from '@pushtech/event';
import { redisError } from './errors.ts';

export interface RedisServer {
  host: string;
  port: number;
  tls: boolean;
  username?: string;
  password?: string;
  /** Number of the database. */
  db: number;
  /** `host:port`, for messages: never with the password. */
  name: string;
}

export interface RedisUrl {
  /** At least one. */
  servers: RedisServer[];
  options: URLSearchParams;
  /** Only letters, digits and `_`; stands before every key. */
  prefix: string;
}

const badUrl = (message: string) => redisError('REDIS_URL', message);

const readServer = (text: string, scheme: string): RedisServer => {
  const whole = /^rediss?:\/\//.test(text) ? text : `${scheme}//${text}`;
  // An error of `new URL` would quote the password.
  if (!URL.canParse(whole))
    throw badUrl('a server is not of the form redis://[user:password@]host[:port][/db]');
  const { protocol, hostname, port, username, password, pathname } = new URL(whole);
  const db = pathname.replace('/', '');
  if (!hostname || !/^\d{0,4}$/.test(db)) {
    throw badUrl(`${hostname || 'a server'} needs a host, and a number as its database`);
  }
  const host = hostname.replace(/^\[|\]$/g, '');
  const server = { host, port: Number(port || 6379), tls: protocol === 'rediss:', db: Number(db || 0) };
  return {
    ...server,
    name: `${hostname}:${server.port}`,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
};

/**
 * Reads `redis://[user:password@]host[:port][/db][,host…][?option=value…]`; `rediss://` means TLS. Each of several servers
 * may be a whole URL of its own. Options stand at the end and count for all.
 * @throws PushtechError `REDIS_URL` (fatal), without the password
 */
export const parseRedisUrl = (url: string): RedisUrl => {
  const mark = url.indexOf('?');
  const list = mark < 0 ? url : url.slice(0, mark);
  const options = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const scheme = list.startsWith('rediss:') ? 'rediss:' : 'redis:';
  const servers = list.split(',').map((part) => readServer(part.trim(), scheme));
  return { servers, options, prefix: readPrefix(options, badUrl) };
};

/** A number option of a URL; the default when it is absent. */
export const numberOption = (options: URLSearchParams, name: string, fallback: number): number =>
  readNumberOption(options, name, fallback, badUrl);
