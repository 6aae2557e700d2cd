const DAY_MS = 86_400_000;

/** The first UTC day that is kept, in days since 1970. @param retentionDays 0 = for ever; @param now epoch ms */
export const firstKeptDay = (retentionDays: number, now: number): number =>
  retentionDays === 0 ? Number.NEGATIVE_INFINITY : Math.floor(now / DAY_MS) - retentionDays;
