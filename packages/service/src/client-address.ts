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

type IsDeclared = (address: string, step: number) => boolean;

/** Whether the hop that many steps from us is a declared proxy; the socket's other end is step 0. */
const createIsDeclared = (proxies: readonly string[]): IsDeclared => {
  const [only = ''] = proxies;
  if (proxies.length === 1 && /^\d{1,2}$/.test(only)) return (_address, step) => step < Number(only);
  const declared = blockList(proxies);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && declared.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
};

const socketAddress = (request: IncomingMessage): string => plain(request.socket.remoteAddress ?? '');

/**
 * Which address a request came from. Without declared proxies: the socket's, whatever headers say.
 * With a list of CIDRs: the nearest address, from the right, that is none of them. With a number of hops: the address
 * that many steps from the right. Headers further left are the client's own words and never count.
 */
export const createReadAddress = (proxies: readonly string[]): ReadAddress => {
  if (proxies.length === 0) return (request) => ({ address: socketAddress(request), from: 'socket' });
  const isDeclared = createIsDeclared(proxies);

  return (request) => {
    let address = socketAddress(request);
    if (!isDeclared(address, 0)) return { address, from: 'socket' };
    const forwarded = chainOf(request);
    if (!forwarded) return { address, from: 'socket' };
    let from: ClientAddress['from'] = 'socket';
    for (const [step, hop] of forwarded.chain.reverse().entries()) {
      if (isIP(hop) === 0) break;
      address = hop;
      from = forwarded.from;
      if (!isDeclared(hop, step + 1)) break;
    }
    return { address, from };
  };
};

export type IsHttps = (request: IncomingMessage) => boolean;

/** Whether the client speaks TLS, by the `X-Forwarded-Proto` of a declared proxy; where it is a list, by its last word. */
export const createIsHttps = (proxies: readonly string[]): IsHttps => {
  const isDeclared = createIsDeclared(proxies);
  return (request) => {
    if ((request.socket as { encrypted?: boolean }).encrypted) return true;
    const said = first(request.headers['x-forwarded-proto']).split(',').at(-1) ?? '';
    return said.trim().toLowerCase() === 'https' && isDeclared(socketAddress(request), 0);
  };
};
