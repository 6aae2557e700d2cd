import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readStoreSettings, withoutPassword } from '../migrate/store-settings.ts';
import { secretKeyOf } from '../secret-key.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  to: { type: 'string' },
  keep: { type: 'string', default: '30' },
  'dry-run': { type: 'boolean', default: false },
} as const;

const readDays = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--keep is a number of days, not "${text}"`);
  return Number(text);
};

/** Copies all stores into a folder of its own. */
export const backup: Task = {
  name: 'backup',
  group: 'data care',
  line: 'copies all stores into a new folder while the services run',
  usage: 'backup [--to DIR] [--keep DAYS] [--dry-run]',
  help: `
--to DIR      where the backup's folder is made; default backups in DATA_DIR
--keep DAYS   deletes backups there that are older, when the new one is whole; default 30, 0 = none.
              Who was erased lives on in older backups for so long, and no longer
--dry-run     only says what would be copied and deleted
BUFFER_URL STATS_URL LOG_URL STORE_URL DATA_DIR   as the services have them. SECRET_KEY is not in a backup:
              keep it elsewhere, or visitors and sessions are others after a restore`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError('backup takes no arguments but its flags');
    const days = readDays(values.keep);
    const settings = await readStoreSettings(io.env);
    const parent = values.to ?? join(settings.DATA_DIR, 'backups');
    const { deleteBackups, folderName, oldBackups } = await import('../backup/old-backups.ts');
    const now = io.clock();
    if (values['dry-run']) {
      const { BUFFER_URL, STATS_URL, LOG_URL, STORE_URL } = settings;
      const urls = [BUFFER_URL, STATS_URL, LOG_URL, STORE_URL].map(withoutPassword);
      io.out(`${urls.join(', ')} would be copied to ${join(parent, folderName(now))}\n`);
    } else {
      const { backUp } = await import('../backup/back-up.ts');
      const { folder, manifest } = await backUp(settings, {
        parent,
        secretKey: await secretKeyOf(io.env),
        now,
      });
      const { buffer, log, store, stats } = manifest;
      io.out(`${folder}\n`);
      io.say(
        `${buffer.entries} entries of the buffer, counters of ${stats.engine}, ${log.records} records of the log, ` +
          `${store.documents} documents of the store. SECRET_KEY is not among them: keep it elsewhere.\n`,
      );
    }
    const old = days === 0 ? [] : await oldBackups(parent, days, now).catch(() => []);
    for (const folder of old) io.say(`${folder} ${values['dry-run'] ? 'would be' : 'is'} deleted.\n`);
    if (!values['dry-run']) await deleteBackups(old);
    return 0;
  },
};
