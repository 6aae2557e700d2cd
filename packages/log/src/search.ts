import type { FindOptions, Found, LogRecord } from './log.ts';

/** Positions searched in one go. */
const STEP = 20_000;

export interface Search extends Required<FindOptions> {
  /** When it was asked, epoch ms. */
  now: number;
}

export const toSearch = (options: FindOptions, now: number): Search => ({
  now,
  since: 0,
  until: Number.MAX_SAFE_INTEGER,
  max: 100,
  withinMs: 2000,
  maxRead: 2_000_000,
  ...options,
});

/** Half-open, from the newest to the oldest. */
export const stepsOf = (low: number, high: number): { low: number; high: number }[] => {
  const steps: { low: number; high: number }[] = [];
  for (let end = high; end > low; end -= STEP) steps.push({ low: Math.max(low, end - STEP), high: end });
  return steps;
};

/** Keeps account of a search that goes back step by step. */
export const createSearch = ({ since, until, max, withinMs, maxRead, now }: Search) => {
  const end = performance.now() + withinMs;
  const records: LogRecord[] = [];
  const searchedUntil = Math.min(until, now);
  let searchedFrom = Math.max(since, searchedUntil);
  let read = 0;
  let full = false;

  return {
    mayGoOn: (): boolean => !full && read < maxRead && performance.now() < end,

    /**
     * A step is done. @param found newest first; more than `max` need not be given
     * @param from `at` of the oldest record looked at: others of the same ms may lie before it
     */
    take(found: readonly LogRecord[], looked: number, from: number | undefined): void {
      read += looked;
      for (const record of found) {
        if (record.at < since || record.at >= until) continue;
        if (records.length === max) {
          full = true;
          searchedFrom = (records.at(-1)?.at ?? searchedUntil - 1) + 1;
          return;
        }
        records.push(record);
      }
      if (from !== undefined) searchedFrom = Math.min(searchedFrom, Math.max(since, from + 1));
    },

    /** @param complete no step is left @param oldest epoch ms */
    result(complete: boolean, oldest: number | undefined): Found {
      const isComplete = complete && !full;
      const found: Found = {
        records,
        searchedFrom: isComplete ? Math.min(since, searchedUntil) : searchedFrom,
        searchedUntil,
        complete: isComplete,
      };
      if (oldest !== undefined) found.oldest = oldest;
      return found;
    },
  };
};
