import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { FIRST, prioritise } from './prioritise.ts';

/** A process of the test's own: what measures and what sends is in nobody's delays. It ends with its channel. */
export const startChild = (file: string, argument: unknown = ''): ChildProcess => {
  const child = fork(new URL(file, import.meta.url).pathname, [JSON.stringify(argument)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  prioritise(child, FIRST);
  return child;
};

export const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
};
