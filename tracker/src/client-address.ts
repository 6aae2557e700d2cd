import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface ClientAddress {
  address: string;
  /** Where it was read: the socket, or a header that a declared proxy set. */
  from: 'socket' | 'x-forwarded-for' | 'forwarded';
}

export type ReadAddress = (request: IncomingMessage) => ClientAddress;

/** Without the IPv4-mapped prefix, brackets, port and zone. */
const plain = (text: string): string => {
  let address = text.trim().replace(/^"|"$/g, '');
  if (address.startsWith('[')) address = address.slice(1, address.indexOf(']'));
  else if (address.includes('.') && address.includes(':') && !address.startsWith('::'))
    address = address.slice(0, address.indexOf(':'));
  const zone = address.indexOf('%');
  if (zone > 0) address = address.slice(0, zone);
  return address.toLowerCase().startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
};

const first = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(',') : (value ?? '');

/** RFC 7239: the `for=` of each element, nearest proxy last. */
const forwardedFor = (header: string): string[] =>
  header.split(',').flatMap((element) => {
    const part = element.split(';').find((pair) => /^\s*for=/i.test(pair));
    return part ? [part.slice(part.indexOf('=') + 1)] : [];
  });

const chainOf = (request: IncomingMessage): { chain: string[]; from: ClientAddress['from'] } | undefined => {
  const list = first(request.headers['x-forwarded-for']);
  if (list) return { chain: list.split(',').map(plain), from: 'x-forwarded-for' };
  const forwarded = first(request.headers.forwarded as string | undefined);
  return forwarded ? { chain: forwardedFor(forwarded).map(plain), from: 'forwarded' } : undefined;
};

const blockList = (entries: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
};

/**
 * Which address a request came from. Without declared proxies: the socket's, whatever headers say.
 * With a list of CIDRs: the nearest address, from the right, that is none of them. With a number of hops: the address
 * that many steps from the right. Headers further left are the client's own words and never count.
 */
export const createReadAddress = (proxies: readonly string[]): ReadAddress => {
  const socketAddress = (request: IncomingMessage): string => plain(request.socket.remoteAddress ?? '');
  if (proxies.length === 0) return (request) => ({ address: socketAddress(request), from: 'socket' });

  const hops =
    proxies.length === 1 && /^\d{1,2}$/.test(proxies[0] as string) ? Number(proxies[0]) : undefined;
  const trusted = blockList(hops === undefined ? proxies : []);
  const isTrusted = (address: string, step: number): boolean => {
    if (hops !== undefined) return step < hops;
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };

  return (request) => {
    let address = socketAddress(request);
    if (!isTrusted(address, 0)) return { address, from: 'socket' };
    const forwarded = chainOf(request);
    if (!forwarded) return { address, from: 'socket' };
    let from: ClientAddress['from'] = 'socket';
    for (const [step, hop] of forwarded.chain.reverse().entries()) {
      if (isIP(hop) === 0) break;
      address = hop;
      from = forwarded.from;
      if (!isTrusted(hop, step + 1)) break;
    }
    return { address, from };
  };
};
