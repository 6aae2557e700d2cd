import { isPushtechError } from '@pushtech/event';
import { type TaskIo, UsageError } from '../task.ts';

/** Runs a command of the test run; what goes wrong becomes a sentence. @returns the exit code */
export const explained = async (
  name: string,
  say: TaskIo['say'],
  run: () => Promise<number>,
): Promise<number> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UsageError) && !isPushtechError(error)) throw error;
    say(`${name}: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};
