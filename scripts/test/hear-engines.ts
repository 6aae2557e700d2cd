import { runEngines } from '../src/engines/run-engines.ts';
import type { TaskIo } from '../src/task.ts';

/** Runs `npm run engines` and hears what it says. */
export const hearEngines = async (args: readonly string[], env: TaskIo['env']) => {
  const [out, said]: string[][] = [[], []];
  const code = await runEngines(args, {
    env,
    out: (text) => void out?.push(text),
    say: (text) => void said?.push(text),
    isTerminal: false,
    clock: Date.now,
  });
  return { code, out: out?.join('') ?? '', said: said?.join('') ?? '' };
};
