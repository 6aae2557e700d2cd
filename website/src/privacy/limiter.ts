const WINDOW_MS = 600_000;
const PER_SENDER = 5;
const OF_ALL = 200;

/** Public forms write into the store: so many in ten minutes from one address, so many from all together. */
export const createLimiter = (clock: () => number) => {
  let began = 0;
  let all = 0;
  const counts = new Map<string, number>();

  return {
    /** Takes one try. @returns minutes to wait; 0 = go on */
    take(sender: string): number {
      const now = clock();
      if (now - began >= WINDOW_MS) {
        began = now;
        all = 0;
        counts.clear();
      }
      const own = counts.get(sender) ?? 0;
      if (own >= PER_SENDER || all >= OF_ALL) return Math.ceil((began + WINDOW_MS - now) / 60_000);
      counts.set(sender, own + 1);
      all += 1;
      return 0;
    },
  };
};
