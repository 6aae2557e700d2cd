import { openEngines } from '../engines/create-engines.ts';
import { readSettings } from '../engines/settings.ts';
import { type TaskIo, UsageError } from '../task.ts';
import { engineFiles } from './engine-files.ts';
import { readFaultArgs } from './fault-args.ts';
import { bringUpMissing } from './own-engines.ts';
import { runFaults } from './run-faults.ts';
import { root, runVitest } from './run-vitest.ts';

/**
 * Runs every contract, every test that needs an engine, and the fault tests, on all engines.
 * @param args `[--full] [--seed N]` for the fault tests
 * @returns the exit code
 */
export const runEngineTests = async (args: readonly string[], io: TaskIo): Promise<number> => {
  const [wrong] = readFaultArgs(args).rest;
  if (wrong !== undefined)
    throw new UsageError(`"${wrong}" means nothing here; there are --full and --seed N`);
  const engines = openEngines(readSettings(io.env), (text) => io.say(`engines: ${text}\n`));
  const { env, takeDown } = await bringUpMissing(engines, io.env);
  try {
    const codes = [await runVitest(engineFiles(root), env), await runFaults(args, env)];
    return codes.find((code) => code !== 0) ?? 0;
  } finally {
    await takeDown();
  }
};
