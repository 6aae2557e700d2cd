import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Trackers that share one folder; more would hardly be on one machine. */
const MAX_SLOTS = 256;
const SLOT = /^\d{1,3}$/;
export const SEGMENT = /^\d{13}-\d{6}-\d{1,3}\.seg$/;

export interface Slot {
  number: number;
  folder: string;
  /** Lets others have it. */
  release(): void;
}

/**
 * The lock is an exclusive SQLite transaction on an empty file: the kernel's own (fcntl) lock, which vanishes with its
 * process whatever way that ends, and which SQLite also keeps apart between two users within one process.
 * @returns `undefined` while somebody else has it
 */
const lock = (folder: string): DatabaseSync | undefined => {
  const db = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    // Else a journal would lie beside it.
    db.exec('PRAGMA journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === 5) return undefined;
    throw error;
  }
};

const take = (directory: string, number: number): Slot | undefined => {
  const folder = join(directory, String(number));
  const held = lock(folder);
  return held && { number, folder, release: () => held.close() };
};

/** What was renamed, made or deleted in a folder is on the disk afterwards. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Node's recursive `mkdir` says ENOENT where a disk is read-only; this one says why. */
const ensureFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** The first slot that nobody has. @throws what the disk says */
export const takeSlot = async (directory: string): Promise<Slot> => {
  await mkdir(directory, { recursive: true });
  for (let number = 0; number < MAX_SLOTS; number++) {
    await ensureFolder(join(directory, String(number)));
    const slot = take(directory, number);
    if (!slot) continue;
    await syncFolder(directory);
    await syncFolder(dirname(directory));
    return slot;
  }
  throw new Error(`all ${MAX_SLOTS} slots in ${directory} are taken`);
};

const moveSegments = async (from: string, to: string): Promise<void> => {
  for (const name of await segmentsIn(from)) await rename(join(from, name), join(to, name));
  await syncFolder(to);
  await syncFolder(from);
};

/**
 * Moves the segments of trackers that are gone into our own slot: their names are unique (time, count, slot), and whoever
 * comes to life in such a slot meanwhile has to wait for its lock, or takes another.
 * @returns true when there may be new ones in our slot
 */
export const adoptSegments = async (directory: string, own: Slot): Promise<boolean> => {
  let adopted = false;
  for (const other of await readdir(directory)) {
    if (!SLOT.test(other) || Number(other) === own.number) continue;
    const folder = join(directory, other);
    if ((await segmentsIn(folder)).length === 0) continue;
    const slot = take(directory, Number(other));
    if (!slot) continue;
    adopted = true;
    try {
      await moveSegments(folder, own.folder);
    } finally {
      slot.release();
    }
  }
  return adopted;
};

/** Oldest first. */
export const segmentsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => SEGMENT.test(name)).sort();
