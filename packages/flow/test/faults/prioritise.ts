import type { ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';

/** Who answers visitors, and who measures it: other work on a small machine is not to be in its figures. */
export const FIRST = -10;
/** Everybody else. */
export const LATER = 0;

/** Sets a process' priority where we may: only root may raise one. */
export const prioritise = ({ pid }: ChildProcess, nice: number): void => {
  try {
    if (pid !== undefined) setPriority(pid, nice);
  } catch {
    // Then delays hold more of the machine's share, which the control server shows.
  }
};
