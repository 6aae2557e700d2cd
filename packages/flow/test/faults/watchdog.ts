import type { PrivateEngines } from '@pushtech/scripts/engines';
import { endChild, startChild } from './child.ts';

/** What must not outlive the test. */
export interface Watched {
  pids: number[];
  engines?: PrivateEngines;
}

/** Ends processes and engines of a test that is cut short: a vitest that is killed runs no `afterAll`. */
export const createWatchdog = () => {
  const child = startChild('./watchdog-process.ts');
  return {
    watch: (what: Partial<Watched>): void => void child.send(what),
    async close(): Promise<void> {
      child.send('done');
      await endChild(child);
    },
  };
};

export type Watchdog = ReturnType<typeof createWatchdog>;
