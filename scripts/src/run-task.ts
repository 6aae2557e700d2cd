import { isPushtechError } from '@pushtech/event';
import { type Task, type TaskIo, UsageError } from './task.ts';
import { link } from './tasks/link.ts';
import { replay } from './tasks/replay.ts';
import { tail } from './tasks/tail.ts';
import { token } from './tasks/token.ts';

export const tasks: readonly Task[] = [link, replay, tail, token];

const list = (): string => {
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const lines = tasks.map(({ name, line }) => `  ${name.padEnd(width)}  ${line}\n`);
  return `Tasks, run by \`npm run tasks -- <name> [arguments]\`:\n\n${lines.join('')}`;
};

/** `parseArgs` of Node names the flag it does not know; that is all we need of its errors. */
const isBadFlag = (error: unknown): error is Error =>
  error instanceof Error && /^ERR_PARSE_ARGS_/.test((error as NodeJS.ErrnoException).code ?? '');

const explain = (error: unknown, task: Task, io: TaskIo): number => {
  if (error instanceof UsageError || isBadFlag(error)) {
    const sentence = error.message.split('. To specify')[0]?.replace(/\.?$/, '.');
    io.say(`${task.name}: ${sentence}\nUsage: npm run tasks -- ${task.usage}\n`);
    return 2;
  }
  if (!isPushtechError(error)) throw error;
  io.say(`${task.name}: ${error.message}\n`);
  return 1;
};

/** @returns the exit code: 0, 1 when the task failed, 2 when the command made no sense */
export const runTask = async (args: readonly string[], io: TaskIo): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    io.out(list());
    return 0;
  }
  const task = tasks.find((one) => one.name === name);
  if (!task) {
    io.say(`There is no task "${name}".\n\n${list()}`);
    return 2;
  }
  try {
    return await task.run(rest, io);
  } catch (error) {
    return explain(error, task, io);
  }
};
