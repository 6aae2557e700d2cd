import { parseArgs } from 'node:util';
import { type Role, roles } from '../migrate/prepare-all.ts';
import { readStoreSettings } from '../migrate/store-settings.ts';
import { secretKeyOf } from '../secret-key.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  only: { type: 'string', default: roles.join(',') },
  erased: { type: 'string' },
  replace: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

const readRoles = (text: string): Role[] =>
  text.split(',').map((word) => {
    const role = roles.find((one) => one === word);
    if (!role) throw new UsageError(`--only takes some of ${roles.join(',')}, not "${word}"`);
    return role;
  });

/** Puts a backup back. */
export const restore: Task = {
  name: 'restore',
  group: 'data care',
  line: 'puts a backup back into the stores, after checking it; the services stand still meanwhile',
  usage: 'restore DIR [--only ROLE,ROLE] [--erased DIR] [--replace] [--dry-run]',
  help: `
DIR           the folder that backup printed
--only ROLES  some of store,stats,buffer,log; default all. Without stats, all that is on the log is counted anew
--erased DIR  a later backup that knows who was erased meanwhile, where the log that knew it is lost:
              they are erased again.
              What the log says that is replaced counts in any case
--replace     deletes what is there; without it, stores must be empty
--dry-run     checks the backup and the stores, and changes nothing
BUFFER_URL STATS_URL LOG_URL STORE_URL DATA_DIR   as the services have them; the engines may be others than
              in the backup, but for the counters`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new UsageError('name one folder of a backup');
    const only = readRoles(values.only);
    const settings = await readStoreSettings(io.env);
    const { readBackup } = await import('../backup/manifest.ts');
    const { erasuresOfBackup } = await import('../backup/erase-again.ts');
    const { checkTarget, putBack } = await import('../backup/put-back.ts');
    const manifest = await readBackup(folder);
    const later = values.erased;
    const erased = later === undefined ? [] : await erasuresOfBackup(later, await readBackup(later));
    await checkTarget(settings, manifest, { only, replace: values.replace });
    if (values['dry-run']) {
      io.out(`${folder} of ${manifest.at} is whole, and could be put back into ${only.join(', ')}.\n`);
      return 0;
    }
    const secretKey = () => secretKeyOf(io.env);
    await putBack(settings, folder, manifest, { only, say: io.say, secretKey, now: io.clock(), erased });
    io.out(`${folder} of ${manifest.at} is put back: ${only.join(', ')}.\n`);
    return 0;
  },
};
