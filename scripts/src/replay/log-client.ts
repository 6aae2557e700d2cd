import { BlockList, isIP } from 'node:net';

const notPublic = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4');
}
notPublic.addAddress('::1', 'ipv6');
notPublic.addSubnet('fc00::', 7, 'ipv6');
notPublic.addSubnet('fe80::', 10, 'ipv6');

const isPublic = (address: string): boolean =>
  !notPublic.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The client among several words. In a list (`$http_x_forwarded_for`) each proxy adds at the end, so the client stands
 * first; private addresses before it are of its own network. Hence: the first public address, else the first address,
 * else (a host name behind a virtual host's name) the last word.
 */
const pickClient = (text: string): string => {
  const words = text.split(/[\s,"]+/).filter((word) => word !== '');
  const addresses = words.filter((word) => isIP(word) !== 0);
  return addresses.find(isPublic) ?? addresses[0] ?? words.at(-1) ?? '';
};

const SEVERAL = /[\s,"]/;

/** Everything before identity and user, the two words in front of the time. The identity is `-` but in museums. */
const withoutUser = (prefix: string): string => {
  const dash = prefix.indexOf(' - ');
  if (dash >= 0) return prefix.slice(0, dash);
  const user = prefix.lastIndexOf(' ');
  const identity = user > 0 ? prefix.lastIndexOf(' ', user - 1) : -1;
  return prefix.slice(0, identity > 0 ? identity : user > 0 ? user : undefined);
};

/** The client of a log line: an address or a host name; '' where there is none. @param prefix what stands before the time */
export const readLogClient = (prefix: string): string => {
  const client = withoutUser(prefix);
  return SEVERAL.test(client) ? pickClient(client) : client;
};
