import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import {
  choiceOf,
  composeHelp,
  composeOptions,
  overlayHelp,
  overlayOptions,
} from '../deploy/compose-args.ts';
import { composeWords, readEnvFile } from '../deploy/compose-files.ts';
import { screensOf } from '../deploy/compose-screens.ts';
import type { Task } from '../task.ts';

const options = {
  ...overlayOptions,
  ...composeOptions,
  'no-build': { type: 'boolean', default: false },
} as const;

/** Docker itself says which container did not get ready, and why a file cannot be used. */
const WAIT_SECONDS = '600';

/** Everything on this machine, from nothing; once more, it applies what has changed. */
export const composeUp: Task = {
  name: 'compose:up',
  group: 'Compose',
  line: 'builds and starts everything in containers on this machine, and waits until it is ready',
  usage:
    'compose:up [--dev] [--production] [--observability] [--no-build] [--env-file F] [--project NAME] [--dry-run]',
  help: `
${overlayHelp}
--no-build       takes the images as they are
${composeHelp}`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const choice = choiceOf(values);
    const text = readEnvFile(choice.envFile);
    const { run } = createCommands(io, values['dry-run']);
    const build = values['no-build'] ? [] : ['--build'];
    await run([
      ...composeWords(choice),
      'up',
      '--detach',
      ...build,
      '--wait',
      '--wait-timeout',
      WAIT_SECONDS,
    ]);
    if (!values['dry-run']) io.out(screensOf(text, values));
    return 0;
  },
};
