import { type Task, taskGroups } from './task.ts';

/** The list, under its headings. */
export const listTasks = (tasks: readonly Task[]): string => {
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const lines = (of: readonly Task[]): string =>
    of.map(({ name, line }) => `  ${name.padEnd(width)}  ${line}\n`).join('');
  const groups = taskGroups
    .map((group) => ({ group, of: tasks.filter((task) => task.group === group) }))
    .filter(({ of }) => of.length > 0)
    .map(({ group, of }) => `\n${group}\n${lines(of)}`);
  return `Tasks, run by \`npm run tasks -- <name> [arguments]\`; \`<name> --help\` says more.\n${groups.join('')}`;
};

/** What `--help` says. */
export const explainTask = ({ name, line, usage, help }: Task): string =>
  `${name} ${line}.\n\nUsage: npm run tasks -- ${usage}\n\n${help.trim().replace(/^/gm, '  ')}\n`;

/** Asked for help; what stands behind `--` is not ours. */
export const wantsHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
};
