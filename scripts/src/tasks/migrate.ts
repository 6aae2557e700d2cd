import { parseArgs } from 'node:util';
import { patiently, readSeconds } from '../migrate/patiently.ts';
import { prepare, roles } from '../migrate/prepare-all.ts';
import { readStoreSettings } from '../migrate/store-settings.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  timeout: { type: 'string', default: '120' },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** Brings all that is stored up to date before the services of this version start. */
export const migrate: Task = {
  name: 'migrate',
  group: 'data care',
  line: 'brings tables, indexes and keys of all stores up to date; may be run again',
  usage: 'migrate [--timeout S] [--dry-run]',
  help: `
--timeout S   how long to wait for engines while they start; default 120
--dry-run     only says what would be done
STORE_URL STATS_URL BUFFER_URL LOG_URL DATA_DIR   as the services have them`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError('migrate takes no arguments but its flags');
    const seconds = readSeconds('--timeout', values.timeout);
    const dryRun = values['dry-run'];
    const settings = await readStoreSettings(io.env);
    for (const role of roles) {
      const work = () => prepare[role](settings, dryRun);
      for (const { place, found, changes } of await patiently(role, work, { seconds, say: io.say })) {
        io.out(`${role}  ${place}: ${found}; ${changes.length === 0 ? 'up to date' : ''}`);
        if (changes.length > 0) io.out(`${dryRun ? 'would do' : 'done'}: ${changes.join(', ')}`);
        io.out('\n');
      }
    }
    return 0;
  },
};
