const UUID_LENGTH = 36;

const nibbles = new Int8Array(256).fill(-1);
for (let n = 0; n < 16; n++) {
  nibbles[n.toString(16).charCodeAt(0)] = n;
  nibbles[n.toString(16).toUpperCase().charCodeAt(0)] = n;
}

const shared = new Uint8Array(16);

/**
 * A UUID as its 16 bytes, anything else as it is.
 * @param bytes where they are put: without it, the next call overwrites them, so bind them at once
 */
export const keyOf = (id: string, bytes: Uint8Array = shared): Uint8Array | string => {
  if (id.length !== UUID_LENGTH) return id;
  let at = 0;
  for (let i = 0; i < UUID_LENGTH; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (id.charCodeAt(i) !== 45) return id;
      i += 1;
    }
    const high = nibbles[id.charCodeAt(i)] ?? -1;
    const low = nibbles[id.charCodeAt(i + 1)] ?? -1;
    if (high < 0 || low < 0) return id;
    bytes[at++] = (high << 4) | low;
  }
  return bytes;
};

/**
 * 53 bits of a text, two 32-bit multiply-and-rotate lanes with the finish of MurmurHash3 (public domain, A. Appleby):
 * among a million visitors the odds that any two are taken for one are 1 in 18,000.
 */
export const hash53 = (text: string): number => {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = Math.imul((b + c) ^ a, 0x1b873593);
    b = (b << 17) | (b >>> 15);
  }
  return (finish(b ^ a) & 0x1fffff) * 0x1_0000_0000 + (finish(a) >>> 0);
};

const finish = (x: number): number => {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
};
