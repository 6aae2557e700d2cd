import { createErasureKey, topics } from '@pushtech/event';
import { appendErasures, type Erasure, type Log, listErasures, openLog } from '@pushtech/log';
import { openEraser } from '@pushtech/stats';
import { listAll, openStore } from '@pushtech/store';
import { eraseFromStore } from '../erase/erase-requests.ts';
import type { Role } from '../migrate/prepare-all.ts';
import type { StoreSettings } from '../migrate/store-settings.ts';
import { closing } from './copy-stores.ts';
import type { Manifest } from './manifest.ts';
import { unpackLines } from './packed-file.ts';

const PAGE = 1000;

/** Who was erased by what the log says that is about to be replaced. */
export const erasuresOfLog = async (url: string): Promise<Erasure[]> => {
  await using log = await closing(openLog(url));
  return await listErasures(log);
};

/** Who was erased by what another, later backup says. */
export const erasuresOfBackup = async (folder: string, { log }: Manifest): Promise<Erasure[]> => {
  const found: Erasure[] = [];
  for (const { topic, name } of log.files) {
    if (topic !== topics.erased) continue;
    for await (const line of unpackLines(folder, name)) {
      const { value } = JSON.parse(line) as { value: string };
      const { visitor, at } = JSON.parse(value) as { visitor: string; at: string };
      found.push({ visitor, at: Date.parse(at) });
    }
  }
  return found;
};

/** Every visitor that an event on the log names. */
async function* visitorsOn(log: Log): AsyncGenerator<string> {
  for (const { partition, start, end } of await log.ranges(topics.events)) {
    for (let from = start; from < end; ) {
      const { records, next } = await log.read(topics.events, partition, from, PAGE);
      for (const { value } of records) {
        const { visitor } = JSON.parse(value) as { visitor?: unknown };
        if (typeof visitor === 'string') yield visitor;
      }
      if (next <= from) break;
      from = next;
    }
  }
}

/** The list knows visitors by a keyed hash: who they are is found among those that the restored data name. */
const findVisitors = async (
  { LOG_URL, STORE_URL }: StoreSettings,
  isMeant: (visitor: string) => boolean,
): Promise<Set<string>> => {
  const found = new Set<string>();
  await using log = await closing(openLog(LOG_URL));
  for await (const visitor of visitorsOn(log)) if (isMeant(visitor)) found.add(visitor);
  await using store = await closing(openStore(STORE_URL));
  for (const { visitor } of await listAll(store.privacyRequests)) {
    if (visitor !== undefined && isMeant(visitor)) found.add(visitor);
  }
  return found;
};

/**
 * Erases again who was erased after the backup was made: a restore must not bring anybody back.
 * @returns how many erasures there were, and how many visitors the counters or the store had to forget
 */
export const eraseAgain = async (
  settings: StoreSettings,
  erasures: readonly Erasure[],
  { only, secretKey, now }: { only: readonly Role[]; secretKey: () => Promise<string>; now: number },
): Promise<{ erasures: number; visitors: number }> => {
  const known = new Set<string>();
  {
    await using log = await closing(openLog(settings.LOG_URL));
    for (const { visitor, at } of await listErasures(log)) known.add(`${visitor} ${at}`);
    const missing = erasures.filter(({ visitor, at }) => !known.has(`${visitor} ${at}`));
    if (missing.length === 0) return { erasures: 0, visitors: 0 };
    await appendErasures(log, missing);
  }
  const keyOf = createErasureKey(await secretKey());
  const keys = new Set(erasures.map(({ visitor }) => visitor));
  const visitors = await findVisitors(settings, (visitor) => keys.has(keyOf(visitor)));
  await using eraser = await closing(openEraser(settings.STATS_URL));
  await using store = await closing(openStore(settings.STORE_URL));
  for (const visitor of visitors) {
    if (only.includes('stats')) await eraser.erase(visitor);
    if (only.includes('store')) await eraseFromStore(store, visitor, now);
  }
  return { erasures: keys.size, visitors: visitors.size };
};
