import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import type { Task } from '../task.ts';

const options = {
  all: { type: 'boolean', default: false },
  project: { type: 'string', default: 'pushtech' },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** By the name of the project alone: it needs neither the settings nor to know which overlays were used. */
export const composeDown: Task = {
  name: 'compose:down',
  group: 'Compose',
  line: 'stops and removes the containers; the data stay',
  usage: 'compose:down [--all] [--project NAME] [--dry-run]',
  help: `
--all            the volumes too: ALL DATA of this stack are gone
--project NAME   another name than pushtech
--dry-run        shows the command only`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const { run } = createCommands(io, values['dry-run']);
    const words = ['docker', 'compose', '--project-name', values.project, 'down', '--remove-orphans'];
    await run(values.all ? [...words, '--volumes'] : words);
    return 0;
  },
};
