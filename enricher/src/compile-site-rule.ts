import { BlockList } from 'node:net';
import { plainAddress } from '@pushtech/place';
import type { Site } from '@pushtech/store';
import { splitUrl, withoutWww } from './split-url.ts';

/** What an owner set on a site, made ready for asking. Absent = not restricted. */
export interface SiteRule {
  /** Whether a page of this host (lower case, ASCII) may send for the site. */
  allowsHost?: (host: string) => boolean;
  /** Whether hits from this address are left out. */
  excludesAddress?: (address: string) => boolean;
  /** Whether hits on this path are left out. */
  excludesPath?: (path: string) => boolean;
}

/** What the owner wrote and nobody can read. */
type Unread = (entry: string) => void;

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])$/;
const BITS = /^\d{1,3}$/;
const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** Owners paste what they have: a host, with a port, a whole address. */
const readHost = (text: string): string | undefined => {
  const { host } = splitUrl(text.includes('://') ? text : `https://${text}`);
  return HOST.test(host) ? host : undefined;
};

const compileHosts = (origins: readonly string[], unread: Unread): SiteRule['allowsHost'] => {
  const hosts = new Set<string>();
  const ends: string[] = [];
  for (const entry of origins) {
    const text = entry.trim();
    const isPattern = text.startsWith('*.');
    const host = readHost(isPattern ? text.slice(2) : text);
    if (host === undefined) unread(entry);
    else if (isPattern) ends.push(`.${host}`);
    else hosts.add(withoutWww(host));
  }
  if (hosts.size + ends.length === 0) return undefined;
  return (host) => hosts.has(withoutWww(host)) || ends.some((end) => host.endsWith(end));
};

/** False when it is neither an address nor a network. */
const addTo = (list: BlockList, text: string): boolean => {
  const [first = '', bits, more] = text.split('/');
  const address = plainAddress(first);
  if (address === undefined || more !== undefined) return false;
  const family = familyOf(address);
  if (bits === undefined) list.addAddress(address, family);
  else if (BITS.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128)) {
    list.addSubnet(address, Number(bits), family);
  } else return false;
  return true;
};

const compileAddresses = (entries: readonly string[], unread: Unread): SiteRule['excludesAddress'] => {
  const list = new BlockList();
  const bad = entries.filter((entry) => !addTo(list, entry.trim()));
  for (const entry of bad) unread(entry);
  if (bad.length === entries.length) return undefined;
  return (text) => {
    const address = plainAddress(text);
    return address !== undefined && list.check(address, familyOf(address));
  };
};

/** On the wire a path is ASCII; owners may write it as they read it. */
const asSent = (path: string): string[] => [path, encodeURI(path.toWellFormed())];

const compilePaths = (entries: readonly string[]): SiteRule['excludesPath'] => {
  const given = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (given.length === 0) return undefined;
  const exact = new Set(given.filter((path) => !path.endsWith('*')).flatMap(asSent));
  const starts = given.filter((path) => path.endsWith('*')).flatMap((path) => asSent(path.slice(0, -1)));
  return (path) => exact.has(path) || starts.some((start) => path.startsWith(start));
};

/**
 * Makes a site's rules ready; done once per change, not per hit. `undefined` = it has none. What cannot be read is left out:
 * a slip of the pen must not throw hits away.
 * @param unread told each entry that cannot be read
 */
export const compileSiteRule = (
  { origins = [], excludedAddresses = [], excludedPaths = [] }: Partial<Site>,
  unread: Unread = () => {},
): SiteRule | undefined => {
  const rule: SiteRule = {};
  const allowsHost = compileHosts(origins, unread);
  const excludesAddress = compileAddresses(excludedAddresses, unread);
  const excludesPath = compilePaths(excludedPaths);
  if (allowsHost) rule.allowsHost = allowsHost;
  if (excludesAddress) rule.excludesAddress = excludesAddress;
  if (excludesPath) rule.excludesPath = excludesPath;
  return Object.keys(rule).length === 0 ? undefined : rule;
};
