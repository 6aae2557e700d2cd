import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { choiceOf, overlayOptions } from '../deploy/compose-args.ts';
import { readEnvFile } from '../deploy/compose-files.ts';
import { addressesOf, screensOf } from '../deploy/compose-screens.ts';
import type { Task } from '../task.ts';

const options = { ...overlayOptions, 'env-file': { type: 'string' } } as const;

const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';

/** Opens the first page where there is a browser to open it. */
export const composeOpen: Task = {
  name: 'compose:open',
  group: 'Compose',
  line: 'lists the addresses of the screens, and opens the first in a browser',
  usage: 'compose:open [--production] [--observability] [--env-file F]',
  help: `
--production     the host names of DOMAIN
--observability  Prometheus and Grafana too
--env-file F     another file than docker-compose/.env`,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const text = readEnvFile(choiceOf(values).envFile);
    io.out(screensOf(text, values));
    if (!io.outIsTerminal) return 0;
    const { read } = createCommands(io);
    // No browser on this machine: the addresses were told.
    await read([opener, addressesOf(text, values)('www', '/')]).catch(() => {});
    return 0;
  },
};
