import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBuffer, openBufferArchive } from '@pushtech/buffer';
import { openStatsArchive, type Position } from '@pushtech/stats';
import { listAll, openStore } from '@pushtech/store';
import { closing, type Kind, kindsOf } from './copy-stores.ts';
import type { Manifest } from './manifest.ts';
import { unpackFile, unpackLines } from './packed-file.ts';

export const putBackBuffer = async (
  url: string,
  folder: string,
  { file }: Manifest['buffer'],
): Promise<void> => {
  {
    await using archive = await closing(openBufferArchive(url));
    await archive.clear();
  }
  await using buffer = await closing(openBuffer(url));
  for await (const line of unpackLines(folder, file.name)) {
    await buffer.append(JSON.parse(line) as string, { durable: true });
  }
};

/** @param positions on the log as it is now; those of the backup without them */
export const putBackStats = async (
  url: string,
  folder: string,
  { copy, dataDir }: { copy: Manifest['stats']; dataDir: string },
  positions: Record<string, Position> = copy.positions,
): Promise<void> => {
  await using archive = await closing(openStatsArchive(url));
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, `restoring-${process.pid}.copy`);
  try {
    await unpackFile(folder, copy.file.name, path);
    await archive.restore(path, { ...copy, positions });
  } finally {
    await rm(path, { force: true });
  }
};

interface Line {
  kind: string;
  document: { id: string };
}

export const putBackStore = async (
  url: string,
  folder: string,
  { file }: Manifest['store'],
): Promise<void> => {
  await using store = await closing(openStore(url));
  const kinds = kindsOf(store);
  for (const kind of kinds) {
    for (const { id } of await listAll<{ id: string }>(store[kind])) await store[kind].remove(id);
  }
  for await (const line of unpackLines(folder, file.name)) {
    const { kind, document } = JSON.parse(line) as Line;
    if (kinds.includes(kind as Kind)) await store[kind as Kind].insert(document as never);
  }
};
