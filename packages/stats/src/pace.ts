import { setTimeout as sleep } from 'node:timers/promises';

/** Every write has a price of its own, however little is in it: half as many writes, nearly half the work. */
const FULL = 500;
const PACE_MS = 50;

/** A batch of fewer than `FULL` records waits until `PACE_MS` after its source's last one, and the next has time to fill. */
export const createPace = () => {
  /** Source → when its last batch was applied, by `performance.now()`. */
  const lastApplied = new Map<string, number>();
  return {
    async wait(source: string, records: number): Promise<void> {
      const ms = (lastApplied.get(source) ?? Number.NEGATIVE_INFINITY) + PACE_MS - performance.now();
      if (records < FULL && ms > 0) await sleep(ms);
    },
    applied(source: string): void {
      lastApplied.set(source, performance.now());
    },
  };
};
