import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { imageList } from '../images/image-list.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  prefix: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** Sends images to a registry. Built under its prefix before, by `images:build`. */
export const imagesPush: Task = {
  name: 'images:push',
  group: 'images',
  line: 'sends the images that images:build made to a registry',
  usage: 'images:push [NAME…] --prefix P [--dry-run]',
  help: `
NAME        as for images:build; default all
--prefix P  registry and folder they were built for, like registry.example.org/pushtech
--dry-run   prints the commands`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.prefix === undefined) throw new UsageError('--prefix says which registry to send them to');
    const commands = createCommands(io, values['dry-run']);
    for (const { tag } of imageList(positionals, values.prefix)) await commands.run(['docker', 'push', tag]);
    return 0;
  },
};
