import type { Erasure } from '@pushtech/log';
import { openStatsArchive } from '@pushtech/stats';
import type { Role } from '../migrate/prepare-all.ts';
import type { StoreSettings } from '../migrate/store-settings.ts';
import { backupError } from './backup-error.ts';
import { closing } from './copy-stores.ts';
import { eraseAgain, erasuresOfLog } from './erase-again.ts';
import type { Manifest } from './manifest.ts';
import { putBackLog } from './put-back-log.ts';
import { putBackBuffer, putBackStats, putBackStore } from './put-back-stores.ts';
import { whatIsThere } from './what-is-there.ts';

export interface PutBackOptions {
  only: readonly Role[];
  /** What is there goes. */
  replace: boolean;
}

/**
 * Whether the backup can be put back; changes nothing.
 * @throws PushtechError `RESTORE_NOT_EMPTY`, `STATS_COPY` (fatal)
 */
export const checkTarget = async (
  settings: StoreSettings,
  manifest: Manifest,
  { only, replace }: PutBackOptions,
): Promise<void> => {
  if (only.includes('stats')) {
    await using archive = await closing(openStatsArchive(settings.STATS_URL));
    archive.check(manifest.stats);
  }
  if (replace) return;
  const found: string[] = [];
  for (const role of only) {
    const words = await whatIsThere[role](settings);
    if (words !== undefined) found.push(`${role} (${words})`);
  }
  if (found.length === 0) return;
  throw backupError(
    'RESTORE_NOT_EMPTY',
    `there is something already in ${found.join(', ')}: --replace deletes it and puts the backup in its place`,
  );
};

export interface PutBackDeps {
  only: readonly Role[];
  say: (text: string) => void;
  /** Asked for only where somebody is to be erased again. */
  secretKey: () => Promise<string>;
  /** Epoch ms. */
  now: number;
  /** By a later backup; what the log says that is replaced counts in any case. */
  erased: readonly Erasure[];
}

/** Puts a checked backup in the place of what is there. Nobody else works on the stores meanwhile. May be run again. */
export const putBack = async (
  settings: StoreSettings,
  folder: string,
  manifest: Manifest,
  { only, say, secretKey, now, erased }: PutBackDeps,
): Promise<void> => {
  const { buffer, stats, log, store } = manifest;
  const has = (role: Role): boolean => only.includes(role);
  const erasures = [...erased, ...(await erasuresOfLog(settings.LOG_URL))];
  if (has('store')) {
    await putBackStore(settings.STORE_URL, folder, store);
    say(`store: ${store.documents} documents\n`);
  }
  const counted = has('stats') ? stats.positions : undefined;
  const positions = has('log') ? await putBackLog(settings.LOG_URL, folder, log, counted) : undefined;
  if (has('log')) say(`log: ${log.records} records\n`);
  if (has('stats')) {
    const dataDir = settings.DATA_DIR;
    await putBackStats(settings.STATS_URL, folder, { copy: stats, dataDir }, positions);
    say('stats: counters\n');
  }
  const again = await eraseAgain(settings, erasures, { only, secretKey, now });
  if (again.erasures > 0) say(`erased again: ${again.erasures} erasures, ${again.visitors} visitors found\n`);
  if (has('buffer')) {
    await putBackBuffer(settings.BUFFER_URL, folder, buffer);
    say(`buffer: ${buffer.entries} entries\n`);
  }
};
