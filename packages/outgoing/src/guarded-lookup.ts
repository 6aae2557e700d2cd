import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { outgoingError } from './errors.ts';

export type Resolve = typeof dns.lookup;

export interface AddressRules {
  /** Also this machine itself. Default no. */
  allowLoopback?: boolean;
  /** How names become addresses; for tests. */
  resolve?: Resolve;
}

export const mayReach = (address: string, { allowLoopback = false }: AddressRules): boolean =>
  isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));

const refusal = (host: string) =>
  outgoingError('OUTGOING_ADDRESS', `${host} is no public address, so nothing is fetched from there`);

/** Sockets ask no lookup for a host that is an address already. @throws PushtechError `OUTGOING_ADDRESS` */
export const checkHost = (hostname: string, rules: AddressRules): void => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayReach(host, rules)) throw refusal(host);
};

/**
 * A `lookup` for sockets that hands out only addresses that may be reached. The socket connects to exactly these, so a
 * name that points elsewhere a moment later changes nothing.
 */
export const guardedLookup =
  (rules: AddressRules): LookupFunction =>
  (hostname, options, callback) => {
    const { resolve = dns.lookup } = rules;
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => mayReach(address, rules));
      const [first] = allowed;
      if (!first) return callback(refusal(hostname), '', 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
