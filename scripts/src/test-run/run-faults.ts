import type { TaskIo } from '../task.ts';
import { readFaultArgs } from './fault-args.ts';
import { runVitest } from './run-vitest.ts';

/**
 * Runs the fault tests. @param args `[--full] [--seed N]` and what Vitest understands
 * @returns the exit code
 * @throws UsageError the arguments make no sense
 */
export const runFaults = (args: readonly string[], env: TaskIo['env']): Promise<number> => {
  const { env: more, rest } = readFaultArgs(args);
  return runVitest(['--config', 'vitest.faults.config.ts', ...rest], { ...env, ...more });
};
