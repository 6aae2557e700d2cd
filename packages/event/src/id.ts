import { randomFillSync } from 'node:crypto';

/** Any UUID in its canonical form. Ours are version 7; a sender may bring another version. */
// Both cases spelt out: with the flag `i` it takes twice as long.
export const ID_PATTERN = /^[\da-fA-F]{8}-[\da-fA-F]{4}-[1-8][\da-fA-F]{3}-[\da-fA-F]{4}-[\da-fA-F]{12}$/;

export const isId = (value: unknown): value is string => typeof value === 'string' && ID_PATTERN.test(value);

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A source of UUIDv7 (RFC 9562 §5.7), strictly rising within the process: `rand_a` is a 12-bit counter that starts
 * at random in each millisecond (method 1 of §6.2); when it overflows, the clock is nudged ahead by one millisecond.
 * @param clock epoch ms
 */
export const createIdSource = (clock: () => number): (() => string) => {
  const pool = Buffer.allocUnsafe(8 * 512);
  let used = pool.length;
  let last = 0;
  let counter = 0;

  return function nextId() {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const at = used;
    used += 8;
    const now = clock();
    if (now > last) {
      last = now;
      counter = ((pool[at + 6] as number) << 2) | ((pool[at + 7] as number) & 3);
    } else if (++counter > 0xfff) {
      last += 1;
      counter = 0;
    }
    const high = Math.floor(last / 0x1_0000);
    const low = last & 0xffff;
    const time =
      `${hex[(high >>> 24) & 255]}${hex[(high >>> 16) & 255]}${hex[(high >>> 8) & 255]}${hex[high & 255]}` +
      `-${hex[low >>> 8]}${hex[low & 255]}`;
    const rest =
      `-${hex[0x70 | (counter >>> 8)]}${hex[counter & 255]}` +
      `-${hex[0x80 | ((pool[at] as number) & 0x3f)]}${hex[pool[at + 1] as number]}-`;
    return (
      time +
      rest +
      hex[pool[at + 2] as number] +
      hex[pool[at + 3] as number] +
      hex[pool[at + 4] as number] +
      hex[pool[at + 5] as number] +
      hex[pool[at + 6] as number] +
      hex[pool[at + 7] as number]
    );
  };
};

/** A new UUIDv7 by the machine's clock. */
export const newId = createIdSource(Date.now);
