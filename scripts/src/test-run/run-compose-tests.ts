import { createCommands } from '../commands.ts';
import type { TaskIo } from '../task.ts';
import { readDeployArgs } from './deploy-args.ts';
import { runVitest } from './run-vitest.ts';

/** Why Docker cannot be used here; `undefined` = it can. */
const problemOf = async (io: Pick<TaskIo, 'env' | 'say'>): Promise<string | undefined> => {
  const { read } = createCommands(io);
  for (const words of [
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    ['docker', 'compose', 'version', '--short'],
  ]) {
    try {
      await read(words);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
};

/**
 * Runs the stack in real containers. Without Docker nothing is tested, which is said; with `REQUIRE_DEPLOY=1` that is a failure.
 * @param args `[--full] [--seed N]` and what Vitest understands
 * @returns the exit code
 * @throws UsageError the seed is no number
 */
export const runComposeTests = async (
  args: readonly string[],
  io: Pick<TaskIo, 'env' | 'say'>,
  run: typeof runVitest = runVitest,
): Promise<number> => {
  const { env, rest } = readDeployArgs(args);
  const problem = await problemOf(io);
  if (problem !== undefined) {
    io.say(`\nNOT TESTED: Docker Compose. ${problem}\n\n`);
    return io.env.REQUIRE_DEPLOY === '1' ? 1 : 0;
  }
  return run(['--config', 'vitest.compose.config.ts', ...rest], { ...io.env, ...env });
};
