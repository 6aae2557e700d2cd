import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import type { Task } from '../task.ts';

const options = {
  follow: { type: 'boolean', short: 'f', default: false },
  tail: { type: 'string', default: '200' },
  project: { type: 'string', default: 'pushtech' },
} as const;

/** What the containers wrote: one JSON object a line for our own services. */
export const composeLogs: Task = {
  name: 'compose:logs',
  group: 'Compose',
  line: 'shows what the containers wrote',
  usage: 'compose:logs [SERVICE…] [--follow] [--tail N] [--project NAME]',
  help: `
SERVICE          tracker, enricher, consumer-stats, kafidx, website, front, redis, kafka, mongo, init; default all
--follow, -f     goes on until Ctrl-C
--tail N         the last N lines of each; default 200
--project NAME   another name than pushtech`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const { run } = createCommands({ ...io, say: io.out });
    const words = ['docker', 'compose', '--project-name', values.project, 'logs', '--tail', values.tail];
    await run([...words, ...(values.follow ? ['--follow'] : []), ...positionals]);
    return 0;
  },
};
