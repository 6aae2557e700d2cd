// Of every test run. Not a reporter: reporters named on the command line replace those of the configuration, this stays.
import type { TestProject } from 'vitest/node';
import { addressOf, type Environment, engineNames, whenAnswering } from './engines.ts';
import { recordRun } from './record-run.ts';
import { skippedLines } from './skipped-lines.ts';

const ANSWER_MS = 10_000;

/** @throws Error one sentence for the first engine that is named and does not answer */
export const checkEngines = async (env: Environment, ms: number = ANSWER_MS): Promise<void> => {
  const named = engineNames.filter((engine) => addressOf(engine, env) !== '');
  await Promise.all(named.map((engine) => whenAnswering(engine, addressOf(engine, env), ms)));
};

/** Ends the run before the first test when an engine that is named does not answer. @returns what is done at its end */
export default async ({ vitest }: TestProject): Promise<() => void> => {
  try {
    await checkEngines(process.env);
  } catch (error) {
    // Thrown, it would stand below "no test files found" and a stack.
    vitest.logger.error(`\n${(error as Error).message}\n`);
    process.exit(1);
  }
  return () => {
    try {
      recordRun(vitest, Date.now());
    } catch (error) {
      // A folder that cannot be written to fails no tests.
      vitest.logger.log(`the run is not recorded: ${(error as Error).message}`);
    }
    for (const line of skippedLines(vitest.state.getTestModules(), process.env)) vitest.logger.log(line);
  };
};
