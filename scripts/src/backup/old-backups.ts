import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/** `pushtech-20261122T063500Z` */
export const folderName = (now: number): string =>
  `pushtech-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;

const timeOf = (name: string): number | undefined => {
  const found = /^pushtech-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(name);
  if (!found) return undefined;
  const [year = 0, month = 0, ...rest] = found.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest);
};

/**
 * Backups older than some days, whole or not: who was erased since must not live on in them. Goes by the folders' names and
 * touches no others.
 */
export const oldBackups = async (parent: string, days: number, now: number): Promise<string[]> => {
  const names = await readdir(parent);
  return names
    .filter((name) => (timeOf(name) ?? now) < now - days * DAY_MS)
    .map((name) => join(parent, name))
    .toSorted();
};

export const deleteBackups = async (folders: readonly string[]): Promise<void> => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};
