const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** MurmurHash2 (Austin Appleby, public domain) with the seed that Kafka's own clients use. `bytes` may hold char codes below 128. */
const murmur2 = (length: number, byte: (at: number) => number): number => {
  let hash = SEED ^ length;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const rest = length & 3;
  if (rest > 2) hash ^= byte(whole + 2) << 16;
  if (rest > 1) hash ^= byte(whole + 1) << 8;
  if (rest > 0) hash = Math.imul(hash ^ byte(whole), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
};

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
};

/** The partition of a key among `count`: the same as Kafka's Java client and kafkajs' DefaultPartitioner choose. */
export const partitionOf = (key: string, count: number): number => {
  if (count === 1) return 0;
  if (isAscii(key)) return (murmur2(key.length, (at) => key.charCodeAt(at)) & 0x7fffffff) % count;
  const bytes = Buffer.from(key);
  return (murmur2(bytes.length, (at) => bytes[at] as number) & 0x7fffffff) % count;
};
