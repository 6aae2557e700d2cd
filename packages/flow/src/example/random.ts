/** 32 bits of a text (FNV-1a, public domain): the same text gives the same number on every machine. */
export const hash32 = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return hash >>> 0;
};

/** A number from 0 to 1 that belongs to a text. */
export const chance = (text: string): number => hash32(text) / 0x1_0000_0000;

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0').slice(-digits);

/** A UUIDv7 that belongs to a text. @param at epoch ms */
export const idOf = (text: string, at: number): string => {
  const time = hex(at, 12);
  const [a, b, c] = [hash32(`a${text}`), hash32(`b${text}`), hash32(`c${text}`)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(a, 3)}-${hex(0x8000 | (b & 0x3fff), 4)}-${hex(b >>> 4, 4)}${hex(c, 8)}`;
};
