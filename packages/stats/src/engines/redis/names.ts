import { dimensions } from '../../dimensions.ts';
import type { Interval } from '../../stats.ts';

/** Numbers that stand for no text of their own; the first text of a day and kind has number 2. */
export const NOT_KNOWN = 0;
export const OTHER = 1;

/** `H`: the visitors of a cell are in a HyperLogLog. Up to so many bytes of them lie in the cell itself. */
export const SMALL_BYTES = 64 * 6;

/** A series is a site, a type, and bots or people: `site * SITE + type * 2 + bot`. A cell is `series * DISTINCT + value`. */
export const SITE = 4096;
export const DISTINCT = 2 ** 20;

/** What the numbers of a cell have room for. */
export const MOST = { values: DISTINCT - 2, sites: 60_000, types: SITE / 2 - 2 } as const;

/** Bytes of a visitor, and of the number that names a cell. */
export const WIDTH = 6;

/** How a day's level is named in its keys. */
export const LETTERS: Record<Interval, 'm' | 'h' | 'd'> = { minute: 'm', hour: 'h', day: 'd' };

/** Dimensions whose values have visitors; they come first in every list of dimensions. */
export const withVisitors = dimensions.filter(({ visitors }) => visitors).map(({ name }) => name);

/** Everything of ours begins so. @param prefix that of the URL */
export const rootOf = (prefix: string): string => `${prefix}pushtech:stats:`;
