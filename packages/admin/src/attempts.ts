import { isIPv6 } from 'node:net';

const TRIES = 10;
const EVERY_MS = 10_000;
const ADDRESSES = 10_000;

/** One household of IPv6 has a /64: each of its addresses shares one bucket. */
const bucketOf = (address: string): string => {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail = ''] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
};

/** Token buckets per client address: 10 tries, then one per 10 s. The 10,000 addresses seen last are remembered. */
export const createAttempts = (clock: () => number) => {
  /** Epoch ms at which the bucket is full again. */
  const fullAt = new Map<string, number>();

  return {
    /** Takes a try. Answers 0 when there was one, else the seconds to wait for the next. */
    take(address: string): number {
      const now = clock();
      const bucket = bucketOf(address);
      const full = Math.max(fullAt.get(bucket) ?? 0, now) + EVERY_MS;
      const wait = full - now - TRIES * EVERY_MS;
      if (wait > 0) return Math.ceil(wait / 1000);
      fullAt.delete(bucket);
      fullAt.set(bucket, full);
      if (fullAt.size > ADDRESSES) fullAt.delete(fullAt.keys().next().value as string);
      return 0;
    },
  };
};

export type Attempts = ReturnType<typeof createAttempts>;
