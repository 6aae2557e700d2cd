import { isPushtechError } from '@pushtech/event';
import { explainTask, listTasks, wantsHelp } from './describe-tasks.ts';
import { type Task, type TaskIo, UsageError } from './task.ts';
import { backup } from './tasks/backup.ts';
import { composeDown } from './tasks/compose-down.ts';
import { composeLogs } from './tasks/compose-logs.ts';
import { composeOpen } from './tasks/compose-open.ts';
import { composeUp } from './tasks/compose-up.ts';
import { deadReplay } from './tasks/dead-replay.ts';
import { dotenvGenerate } from './tasks/dotenv-generate.ts';
import { engines } from './tasks/engines.ts';
import { erase } from './tasks/erase.ts';
import { exportTask } from './tasks/export.ts';
import { imagesBuild } from './tasks/images-build.ts';
import { imagesPush } from './tasks/images-push.ts';
import { k8sDiff } from './tasks/k8s-diff.ts';
import { k8sDown } from './tasks/k8s-down.ts';
import { k8sNamespace } from './tasks/k8s-namespace.ts';
import { k8sRender } from './tasks/k8s-render.ts';
import { k8sSecrets } from './tasks/k8s-secrets.ts';
import { k8sUp } from './tasks/k8s-up.ts';
import { link } from './tasks/link.ts';
import { migrate } from './tasks/migrate.ts';
import { minikubeStart } from './tasks/minikube-start.ts';
import { promises } from './tasks/promises.ts';
import { replay } from './tasks/replay.ts';
import { restore } from './tasks/restore.ts';
import { smoke } from './tasks/smoke.ts';
import { tail } from './tasks/tail.ts';
import { token } from './tasks/token.ts';
import { topics } from './tasks/topics.ts';

export const tasks: readonly Task[] = [
  backup,
  composeDown,
  composeLogs,
  composeOpen,
  composeUp,
  deadReplay,
  dotenvGenerate,
  engines,
  erase,
  exportTask,
  imagesBuild,
  imagesPush,
  k8sDiff,
  k8sDown,
  k8sNamespace,
  k8sRender,
  k8sSecrets,
  k8sUp,
  link,
  migrate,
  minikubeStart,
  promises,
  replay,
  restore,
  smoke,
  tail,
  token,
  topics,
];

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
    io.out(listTasks(tasks));
    return 0;
  }
  const task = tasks.find((one) => one.name === name);
  if (!task) {
    io.say(`There is no task "${name}".\n\n${listTasks(tasks)}`);
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
