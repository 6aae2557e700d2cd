import { isIPv6 } from 'node:net';

const REMEMBERED = 10_000;

/** One household of IPv6 has a /64: each of its addresses shares one bucket. */
export const bucketOf = (address: string): string => {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail = ''] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
};

export interface AttemptOptions {
  /** Epoch ms. */
  clock: () => number;
  /** How many at once. */
  tries: number;
  /** After how many ms there is one more. */
  everyMs: number;
}

/** Token buckets, one for each key. The 10,000 keys seen last are remembered, in this process. */
export const createAttempts = ({ clock, tries, everyMs }: AttemptOptions) => {
  /** Epoch ms at which the bucket is full again. */
  const fullAt = new Map<string, number>();

  return {
    /** Takes a try. Answers 0 when there was one, else the seconds to wait for the next. */
    take(key: string): number {
      const now = clock();
      const full = Math.max(fullAt.get(key) ?? 0, now) + everyMs;
      const wait = full - now - tries * everyMs;
      if (wait > 0) return Math.ceil(wait / 1000);
      fullAt.delete(key);
      fullAt.set(key, full);
      if (fullAt.size > REMEMBERED) fullAt.delete(fullAt.keys().next().value as string);
      return 0;
    },
    /** The tries so far do not count: they ended well. */
    forget: (key: string): boolean => fullAt.delete(key),
  };
};

export type Attempts = ReturnType<typeof createAttempts>;
