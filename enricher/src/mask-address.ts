import { plainAddress } from '@pushtech/place';

const firstGroups = (address: string): string[] => {
  const gap = address.indexOf('::');
  if (gap < 0) return address.split(':').slice(0, 3);
  const left = gap === 0 ? [] : address.slice(0, gap).split(':');
  const rightText = address.slice(gap + 2);
  const right = rightText === '' ? [] : rightText.split(':');
  // An IPv4 tail stands for two groups; it never reaches the first three.
  const rightSize = right.length + (right.at(-1)?.includes('.') ? 1 : 0);
  const zeros = Array<string>(Math.max(0, 8 - left.length - rightSize)).fill('0');
  return [...left, ...zeros, ...right].slice(0, 3);
};

/** The network of an IPv6 address in canonical text (RFC 5952), first 48 bits. */
const maskIPv6 = (address: string): string => {
  const groups = firstGroups(address).map((group) => Number.parseInt(group, 16).toString(16));
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::`;
};

/** The network an address is in: IPv4 /24, IPv6 /48. `undefined` for what is no address. */
export const maskAddress = (address: string): string | undefined => {
  const plain = plainAddress(address);
  if (plain === undefined) return undefined;
  return plain.includes(':') ? maskIPv6(plain) : `${plain.slice(0, plain.lastIndexOf('.'))}.0`;
};
