import { runTask } from '../src/run-task.ts';
import type { TaskIo } from '../src/task.ts';

/** Runs a task and hears what it says. */
export const hearTask = async (args: string[], env: TaskIo['env'], isTerminal = false) => {
  const out: string[] = [];
  const said: string[] = [];
  const code = await runTask(args, {
    env,
    out: (text) => void out.push(text),
    say: (text) => void said.push(text),
    isTerminal,
    outIsTerminal: isTerminal,
    clock: Date.now,
  });
  return { code, out: out.join(''), said: said.join('') };
};
