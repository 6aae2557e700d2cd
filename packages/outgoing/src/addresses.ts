import { BlockList, isIP } from 'node:net';

/** What is no public unicast address, by IANA's registries of special-purpose addresses (RFC 6890 and its updates). */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of IPv6 only 2000::/3 is given out; these lie in it and lead elsewhere: tunnels, documentation. */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [address, bits] of special4) notPublic.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of special6) notPublic.addSubnet(address, bits, 'ipv6');
notPublic.addSubnet('127.0.0.0', 8, 'ipv4');

const given6 = new BlockList();
given6.addSubnet('2000::', 3, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `false` for what is no address. IPv4 inside IPv6 (`::ffff:…`, 64:ff9b::/96, 6to4) is never public. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && given6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
};

export const isLoopbackAddress = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
};
