import { readFileSync } from 'node:fs';
import { readNumberOption, readPrefix } from '@pushtech/event';
import { logError } from '../../errors.ts';
import type { Sasl, SocketFactory } from './kafkajs.ts';

const DAY_MS = 86_400_000;
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];

export interface Address {
  host: string;
  port: number;
}

/** What the URL says. */
export interface KafkaSettings {
  seeds: Address[];
  /** Stands before the names of topics and groups. */
  prefix: string;
  /** How topics are made that are not there yet. */
  partitions: number;
  /** `undefined`: three, or as many as there are brokers. */
  replication: number | undefined;
  retentionMs: number;
  /** Of a whole topic; 0 = no limit. */
  retentionBytes: number;
  /** Options of `tls.connect`; `undefined` without TLS. */
  ssl: object | undefined;
  sasl: Sasl | undefined;
  /** For tests. */
  socketFactory?: SocketFactory | undefined;
}

const badUrl = (message: string, cause?: unknown) => logError('LOG_URL', message, cause);

const readAddress = (text: string): Address => {
  const match = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text.trim());
  if (!match)
    throw badUrl(`a broker is not of the form host:port: "${text.slice(text.lastIndexOf('@') + 1)}"`);
  return { host: (match[1] as string).replace(/^\[|\]$/g, ''), port: Number(match[2] ?? 9092) };
};

const readFile = (options: URLSearchParams, name: string): string | undefined => {
  const path = options.get(name);
  if (path === null) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw badUrl(`option ${name}: the file ${path} cannot be read (${(error as Error).message})`, error);
  }
};

const readTls = (options: URLSearchParams, isTls: boolean): object | undefined => {
  const files = ['ca', 'cert', 'key'].flatMap((name) => {
    const text = readFile(options, name);
    if (text === undefined) return [];
    if (!isTls) throw badUrl(`option ${name} belongs to TLS: begin the URL with kafka+tls:`);
    if (!text.includes('-----BEGIN')) throw badUrl(`option ${name}: the file holds nothing in PEM form`);
    return [[name, text] as const];
  });
  const servername = options.get('servername');
  return isTls ? { ...Object.fromEntries(files), ...(servername !== null && { servername }) } : undefined;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw badUrl('user and password must be written as in a URL: % as %25, @ as %40', error);
  }
};

const readSasl = (options: URLSearchParams, login: string): Sasl | undefined => {
  const mechanism = options.get('sasl') ?? (login === '' ? undefined : 'plain');
  if (mechanism === undefined) return undefined;
  if (!MECHANISMS.includes(mechanism.toLowerCase())) {
    throw badUrl(`option sasl must be one of ${MECHANISMS.join(', ')}, not "${mechanism}"`);
  }
  const colon = login.indexOf(':');
  if (colon < 1) throw badUrl('option sasl needs user:password@ before the first broker');
  return {
    mechanism: mechanism.toLowerCase(),
    username: decode(login.slice(0, colon)),
    password: decode(login.slice(colon + 1)),
  };
};

/**
 * Reads `kafka://[user:password@]host:port[,host:port…][?option=value…]`; `kafka+tls:` means TLS.
 * @throws PushtechError `LOG_URL` (fatal), never with the password
 */
export const parseKafkaUrl = (url: string): KafkaSettings => {
  const mark = url.indexOf('?');
  const options = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const [scheme = '', rest = ''] = (mark < 0 ? url : url.slice(0, mark)).split(/:(?:\/\/)?(.*)/s);
  const at = rest.lastIndexOf('@');
  const number = (name: string, fallback: number) => readNumberOption(options, name, fallback, badUrl);
  const count = (name: string, fallback: number): number => {
    const value = number(name, fallback);
    if (!Number.isInteger(value) || value < 1) throw badUrl(`option ${name} must be a whole number above 0`);
    return value;
  };
  return {
    seeds: rest
      .slice(at + 1)
      .replace(/\/$/, '')
      .split(',')
      .map(readAddress),
    prefix: readPrefix(options, badUrl),
    partitions: count('partitions', 6),
    replication: options.has('replication') ? count('replication', 1) : undefined,
    retentionMs: number('retentionMs', 7 * DAY_MS),
    retentionBytes: number('retentionBytes', 0),
    ssl: readTls(options, scheme === 'kafka+tls'),
    sasl: readSasl(options, at < 0 ? '' : rest.slice(0, at)),
  };
};
