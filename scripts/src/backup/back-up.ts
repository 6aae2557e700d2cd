import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreSettings } from '../migrate/store-settings.ts';
import { version } from '../version.ts';
import { backupError } from './backup-error.ts';
import { copyLog } from './copy-log.ts';
import { copyBuffer, copyStats, copyStore } from './copy-stores.ts';
import { FORMAT, type Manifest, writeManifest } from './manifest.ts';
import { folderName } from './old-backups.ts';

const makeFolder = async (parent: string, name: string): Promise<string> => {
  const folder = join(parent, name);
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    throw backupError('BACKUP_FOLDER', `${folder} cannot be made: ${(error as Error).message}`, error);
  }
};

/**
 * Copies all stores while the services run. The order makes the copies fit, though they are of different moments: hits that
 * leave the buffer after its copy are in the log's, and the log's reaches at least as far as the counters'. What is in two of
 * them is told by its origin when it comes again; nothing is in none.
 */
export const backUp = async (
  settings: StoreSettings,
  { parent, secretKey, now }: { parent: string; secretKey: string; now: number },
): Promise<{ folder: string; manifest: Manifest }> => {
  const folder = await makeFolder(parent, folderName(now));
  try {
    const buffer = await copyBuffer(settings.BUFFER_URL, folder);
    const stats = await copyStats(settings.STATS_URL, folder);
    const log = await copyLog(settings.LOG_URL, folder, secretKey);
    const store = await copyStore(settings.STORE_URL, folder);
    const at = new Date(now).toISOString();
    const manifest: Manifest = { format: FORMAT, version, at, buffer, stats, log, store };
    await writeManifest(folder, manifest);
    return { folder, manifest };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};
