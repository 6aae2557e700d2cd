import { UsageError } from '../task.ts';

export interface FaultRun {
  /** For the tests: `FAULTS_FULL`, `FAULTS_SEED`. */
  env: Record<string, string>;
  /** For Vitest: files, reporters and the like. */
  rest: string[];
}

const SEED = /^--seed(?:=(.*))?$/;

/** `[--full] [--seed N]`; whatever else is there is Vitest's. @throws UsageError the seed is no number */
export const readFaultArgs = (args: readonly string[]): FaultRun => {
  const run: FaultRun = { env: {}, rest: [] };
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    const seed = SEED.exec(arg);
    if (arg === '--full') run.env.FAULTS_FULL = '1';
    else if (seed) run.env.FAULTS_SEED = readSeed(seed[1] ?? left.shift() ?? '');
    else run.rest.push(arg);
  }
  return run;
};

const readSeed = (text: string): string => {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--seed is a number, not "${text}"`);
  return text;
};
