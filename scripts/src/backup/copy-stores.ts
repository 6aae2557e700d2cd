import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBufferArchive } from '@pushtech/buffer';
import { openStatsArchive } from '@pushtech/stats';
import { listAll, openStore, type Store } from '@pushtech/store';
import type { Manifest } from './manifest.ts';
import { packFile, packLines } from './packed-file.ts';

export const engineName = (url: string): string => url.slice(0, url.indexOf(':'));

export const copyBuffer = async (url: string, folder: string): Promise<Manifest['buffer']> => {
  await using archive = await closing(openBufferArchive(url));
  const lines = (async function* () {
    for await (const body of archive.bodies()) yield JSON.stringify(body);
  })();
  const { lines: entries, ...file } = await packLines(folder, 'buffer.ndjson.zst', lines);
  return { engine: engineName(url), entries, file };
};

export const copyStats = async (url: string, folder: string): Promise<Manifest['stats']> => {
  await using archive = await closing(openStatsArchive(url));
  const path = join(folder, 'stats.copy');
  const copy = await archive.copyTo(path);
  const name = copy.engine === 'sqlite' ? 'stats.db.zst' : 'stats.redis.ndjson.zst';
  const file = await packFile(folder, name, path);
  await rm(path);
  return { ...copy, file };
};

export type Kind = Exclude<keyof Store, 'close'>;

export const kindsOf = (store: Store): Kind[] =>
  Object.keys(store).filter((name): name is Kind => name !== 'close');

export const copyStore = async (url: string, folder: string): Promise<Manifest['store']> => {
  await using store = await closing(openStore(url));
  const lines = (async function* () {
    for (const kind of kindsOf(store)) {
      for (const document of await listAll<{ id: string }>(store[kind])) {
        yield JSON.stringify({ kind, document });
      }
    }
  })();
  const { lines: documents, ...file } = await packLines(folder, 'store.ndjson.zst', lines);
  return { engine: engineName(url), documents, file };
};

/** Closed at the end of the block that opened it. */
export const closing = async <T extends { close(): Promise<void> }>(
  opening: Promise<T>,
): Promise<T & AsyncDisposable> => {
  const opened = await opening;
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
};
