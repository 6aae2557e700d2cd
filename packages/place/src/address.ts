import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^(?:0{0,4}:){2,5}ffff:(?:0:)?(.+)$/i;
const HEX_PAIR = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i;

const fromHexPair = (high: string, low: string): string => {
  const bits = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
};

const fromMapped = (address: string): string => {
  const tail = MAPPED.exec(address)?.[1];
  if (!tail) return address;
  if (isIPv4(tail)) return tail;
  const pair = HEX_PAIR.exec(tail);
  return pair ? fromHexPair(pair[1] as string, pair[2] as string) : address;
};

/**
 * The plain form of a client address: without brackets and zone (`[fe80::1%eth0]`), and as IPv4 where an IPv6 address
 * only carries one (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2). `undefined` for what is no address.
 */
export const plainAddress = (text: string): string | undefined => {
  if (isIPv4(text)) return text;
  if (text.length > 80) return undefined;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const zone = bare.indexOf('%');
  const address = zone < 0 ? bare : bare.slice(0, zone);
  return isIPv6(address) ? fromMapped(address) : undefined;
};
