import type { Stats } from '@pushtech/stats';
import type { Goal } from '@pushtech/store';

/** Example data: a month of visits in counters of their own, so that nothing of it ever mixes with what is real. */
export interface Example {
  /** Makes it, if it is not there or being made; resolves when all is counted, or when it was removed meanwhile. */
  show(): Promise<void>;
  /** Takes it away with everything that belongs to it. */
  remove(): Promise<void>;
  /** The counters; `undefined` while there is no example. */
  stats(): Stats | undefined;
  /** 0 to 1 while it is being made, else `undefined`. */
  progress(): number | undefined;
  /** Goals that go with it; they are in no store. */
  goals: readonly Goal[];
  /** Event properties it is counted by. */
  properties: readonly string[];
}
