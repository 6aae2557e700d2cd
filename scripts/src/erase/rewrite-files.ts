import { parseSqliteUrl } from '@pushtech/sqlite';
import type { StoreSettings } from '../migrate/store-settings.ts';
import type { Place } from './place.ts';
import { rewriteRedis } from './rewrite-redis.ts';
import { rewriteSqlite } from './rewrite-sqlite.ts';

/** What the engines' own files keep of what is no longer in them. */
export const rewriteFiles = async (settings: StoreSettings, anySize: boolean): Promise<Place> => {
  const { BUFFER_URL, LOG_URL, STATS_URL, STORE_URL } = settings;
  const urls = [BUFFER_URL, LOG_URL, STATS_URL, STORE_URL];
  const files = new Set(
    urls.filter((url) => url.startsWith('sqlite:')).map((url) => parseSqliteUrl(url).path),
  );
  // Each server writes all its databases at once.
  const servers = new Map(
    urls.filter((url) => /^rediss?:/.test(url)).map((url) => [url.replace(/\/\d*(\?.*)?$/, ''), url]),
  );
  const notes: string[] = [];
  for (const file of files) {
    const problem = await rewriteSqlite(file, anySize);
    if (problem !== undefined) notes.push(problem);
  }
  for (const url of servers.values()) notes.push(...(await rewriteRedis(url)));
  const undone = notes.length;
  const isMongo = STORE_URL.startsWith('mongodb');
  if (isMongo) {
    notes.push(
      'MongoDB writes over free room of its files and its journal by itself, at a time nobody can tell',
    );
  }
  const found = files.size + servers.size;
  const place = { place: 'files', found, erased: found - undone, unit: 'files and servers to write anew' };
  return {
    ...place,
    ...(undone === 0 && !isMongo && { leftUntil: null }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
};
