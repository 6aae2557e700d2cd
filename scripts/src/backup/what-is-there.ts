import { openBufferArchive } from '@pushtech/buffer';
import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { openStatsArchive } from '@pushtech/stats';
import { listAll, openStore } from '@pushtech/store';
import type { Role } from '../migrate/prepare-all.ts';
import type { StoreSettings } from '../migrate/store-settings.ts';
import { closing, kindsOf } from './copy-stores.ts';

const plural = (n: number, word: string): string | undefined => (n === 0 ? undefined : `${n} ${word}`);

const inBuffer = async ({ BUFFER_URL }: StoreSettings): Promise<string | undefined> => {
  await using archive = await closing(openBufferArchive(BUFFER_URL));
  return plural(await archive.count(), 'entries');
};

const inStats = async ({ STATS_URL }: StoreSettings): Promise<string | undefined> => {
  await using archive = await closing(openStatsArchive(STATS_URL));
  return (await archive.isEmpty()) ? undefined : 'counters';
};

const inLog = async ({ LOG_URL }: StoreSettings): Promise<string | undefined> => {
  await using log = await closing(openLog(LOG_URL));
  let sum = 0;
  for (const topic of Object.values(topics)) {
    for (const { start, end } of await log.ranges(topic)) sum += end - start;
  }
  return plural(sum, 'records');
};

const inStore = async ({ STORE_URL }: StoreSettings): Promise<string | undefined> => {
  await using store = await closing(openStore(STORE_URL));
  let sum = 0;
  for (const kind of kindsOf(store)) sum += (await listAll<{ id: string }>(store[kind])).length;
  return plural(sum, 'documents');
};

/** What each store holds, in words; nothing when it is empty. */
export const whatIsThere: Record<Role, (settings: StoreSettings) => Promise<string | undefined>> = {
  buffer: inBuffer,
  stats: inStats,
  log: inLog,
  store: inStore,
};
