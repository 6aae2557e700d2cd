import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { SITE_PATTERN } from '@pushtech/event';
import { isTimeZone } from '@pushtech/stats';
import type { Site } from '@pushtech/store';
import { fieldOf } from '../forms.ts';

/** What may be wrong; names of sentences in the words. */
export type ProblemName = 'name' | 'zone' | 'origin' | 'address' | 'network' | 'path' | 'many' | 'long';
export interface Problem {
  problem: ProblemName;
  values: Record<string, string | number>;
}

export const fields = ['name', 'zone', 'origins', 'addresses', 'paths'] as const;
export type FieldName = (typeof fields)[number];

/** What was typed, as it was typed. */
export type Typed = Record<FieldName, string>;
export type Problems = Partial<Record<FieldName, Problem>>;
export type Checked = { ok: true; site: Omit<Site, 'id' | 'createdAt'> } | { ok: false; problems: Problems };

const MANY = 200;
const LONG = 1024;

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

const HOST = /^(\*\.)?([a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.)*[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/;

/** A host as events carry it: lower case, without port, ASCII. People paste whole addresses; a path is no part of it. */
const readOrigin = (line: string): string | undefined => {
  const [, authority = ''] = /^(?:https?:\/\/)?([^/?#\s]+)\/?$/i.exec(line) ?? [];
  const bare = authority.replace(/:\d{1,5}$/, '').toLowerCase();
  if (/^\[.*\]$/.test(bare)) return isIP(bare.slice(1, -1)) === 6 ? bare : undefined;
  const isBelow = bare.startsWith('*.');
  const host = domainToASCII(isBelow ? bare.slice(2) : bare);
  const whole = isBelow && host !== '' ? `*.${host}` : host;
  return whole.length <= 253 && HOST.test(whole) ? whole : undefined;
};

const isNetwork = (line: string): boolean => {
  const [address = '', bits = '', ...more] = line.split('/');
  const family = isIP(address);
  if (more.length > 0 || !/^\d{1,3}$/.test(bits) || family === 0) return false;
  return Number(bits) <= (family === 4 ? 32 : 128);
};

const readAddress = (line: string): string | undefined =>
  (line.includes('/') ? isNetwork(line) : isIP(line) !== 0) ? line.toLowerCase() : undefined;

const readPath = (line: string): string | undefined =>
  line.startsWith('/') &&
  !/[\s?#]/.test(line) &&
  line.indexOf('*') === (line.endsWith('*') ? line.length - 1 : -1)
    ? line
    : undefined;

type Read = (line: string) => string | undefined;

const readList = (text: string, read: Read, nameOf: (line: string) => ProblemName): string[] | Problem => {
  const lines = linesOf(text);
  if (lines.length > MANY) return { problem: 'many', values: { n: MANY } };
  if (lines.some((line) => line.length > LONG)) return { problem: 'long', values: { n: LONG } };
  const wrong = lines.find((line) => read(line) === undefined);
  if (wrong !== undefined) return { problem: nameOf(wrong), values: { value: wrong.slice(0, 100) } };
  return [...new Set(lines.map((line) => read(line) as string))];
};

export const readTyped = (body: unknown): Typed =>
  Object.fromEntries(fields.map((name) => [name, fieldOf(body, name)])) as Typed;

/** Checks all fields at once, so that nobody mends one and finds the next. */
export const checkSite = (typed: Typed): Checked => {
  const lists = {
    origins: readList(typed.origins, readOrigin, () => 'origin'),
    addresses: readList(typed.addresses, readAddress, (line) => (line.includes('/') ? 'network' : 'address')),
    paths: readList(typed.paths, readPath, () => 'path'),
  };
  const problems: Problems = {};
  if (typed.name === '' || typed.name.length > 100) problems.name = { problem: 'name', values: {} };
  if (!isTimeZone(typed.zone))
    problems.zone = { problem: 'zone', values: { value: typed.zone.slice(0, 100) } };
  for (const name of ['origins', 'addresses', 'paths'] as const) {
    const list = lists[name];
    if (!Array.isArray(list)) problems[name] = list;
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return {
    ok: true,
    site: {
      name: typed.name,
      timeZone: typed.zone,
      origins: lists.origins as string[],
      excludedAddresses: lists.addresses as string[],
      excludedPaths: lists.paths as string[],
    },
  };
};

export const typedOf = (site: Omit<Site, 'id' | 'createdAt'>): Typed => ({
  name: site.name,
  zone: site.timeZone,
  origins: site.origins.join('\n'),
  addresses: site.excludedAddresses.join('\n'),
  paths: site.excludedPaths.join('\n'),
});

/** The label of a site by what somebody typed: a host, or the address of one of its pages. As events have it: without `www.`. */
export const labelOf = (typed: string): string | undefined => {
  const isUrl = /^https?:\/\//i.test(typed);
  const host = isUrl
    ? URL.parse(typed)?.hostname
    : typed
        .replace(/\/.*$/, '')
        .replace(/:\d{1,5}$/, '')
        .toLowerCase();
  const label = (domainToASCII(host ?? '') || (host ?? '')).replace(/^\[|\]$/g, '').replace(/^www\./, '');
  return SITE_PATTERN.test(label) ? label : undefined;
};
