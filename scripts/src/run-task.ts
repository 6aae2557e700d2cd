import { isPushtechError } from '@pushtech/event';
import { type Task, type TaskIo, taskGroups, UsageError } from './task.ts';
import { link } from './tasks/link.ts';
import { replay } from './tasks/replay.ts';
import { tail } from './tasks/tail.ts';
import { token } from './tasks/token.ts';

export const tasks: readonly Task[] = [link, replay, tail, token];

const list = (): string => {
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const lines = (of: readonly Task[]): string =>
    of.map(({ name, line }) => `  ${name.padEnd(width)}  ${line}\n`).join('');
  const headings = taskGroups.map((group) => ({ group, of: tasks.filter((task) => task.group === group) }));
  const groups = [...headings, { group: 'more', of: tasks.filter(({ group }) => group === undefined) }]
    .filter(({ of }) => of.length > 0)
    .map(({ group, of }) => `\n${group}\n${lines(of)}`);
  return `Tasks, run by \`npm run tasks -- <name> [arguments]\`; \`<name> --help\` says more.\n${groups.join('')}`;
};

const explainTask = ({ name, line, usage, help }: Task): string => {
  const flags = help?.trim().replace(/^/gm, '  ') ?? '';
  return `${name} ${line}.\n\nUsage: npm run tasks -- ${usage}\n${flags && `\n${flags}\n`}`;
};

/** Asked for help; what stands behind `--` is not ours. */
const wantsHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
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
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(list());
    return 0;
  }
  const task = tasks.find((one) => one.name === name);
  if (!task) {
    io.say(`There is no task "${name}".\n\n${list()}`);
    return 2;
  }
  if (wantsHelp(rest)) {
    io.out(explainTask(task));
    return 0;
  }
  try {
    return await task.run(rest, io);
  } catch (error) {
    return explain(error, task, io);
  }
};
