import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StatsCopy } from '@pushtech/stats';
import { version } from '../version.ts';
import { backupError } from './backup-error.ts';
import { hashOf, type PackedFile } from './packed-file.ts';

/** Number of the form of backups. A change that older versions cannot read is the next number. */
export const FORMAT = 1;
export const MANIFEST = 'manifest.json';

/** Records of one partition, in order of position. */
export interface PartitionFile extends PackedFile {
  topic: string;
  partition: number;
  lines: number;
}

/** What is in a backup. It is written last: a folder without it is none. */
export interface Manifest {
  format: number;
  /** Of pushtech. */
  version: string;
  /** ISO 8601: nothing that happened later is in it. */
  at: string;
  buffer: { engine: string; entries: number; file: PackedFile };
  stats: { file: PackedFile } & StatsCopy;
  log: { engine: string; records: number; files: PartitionFile[] };
  store: { engine: string; documents: number; file: PackedFile };
}

/** Whether `a` is a later version than `b`, both `x.y.z`. */
const isLater = (a: string, b: string): boolean => {
  const [ofA, ofB] = [a, b].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]];
  const at = [0, 1, 2].find((n) => ofA[n] !== ofB[n]);
  return at !== undefined && (ofA[at] ?? 0) > (ofB[at] ?? 0);
};

export const filesOf = ({ buffer, stats, log, store }: Manifest): PackedFile[] => [
  buffer.file,
  stats.file,
  ...log.files,
  store.file,
];

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, {
    flag: 'wx',
    mode: 0o600,
    flush: true,
  });

const parse = async (folder: string): Promise<Manifest> => {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((error) => {
    throw backupError('BACKUP_MANIFEST', `${path} cannot be read: that is no whole backup`, error);
  });
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (Number.isInteger(manifest.format) && typeof manifest.version === 'string') return manifest;
  } catch {
    // Said below.
  }
  throw backupError('BACKUP_MANIFEST', `${path} is no manifest of a backup`);
};

const checkFile = async (folder: string, { name, bytes, sha256 }: PackedFile): Promise<void> => {
  const path = join(folder, name);
  // A name that leads out of the folder is none of ours.
  const size = /^[\w.-]+$/.test(name) ? (await stat(path).catch(() => undefined))?.size : undefined;
  if (size === undefined) throw backupError('BACKUP_DAMAGED', `${path} is missing`);
  if (size !== bytes) {
    throw backupError('BACKUP_DAMAGED', `${path} has ${size} bytes, not ${bytes} as it was written`);
  }
  if ((await hashOf(path)) !== sha256) {
    throw backupError('BACKUP_DAMAGED', `${path} is not what was written: its SHA-256 is another`);
  }
};

/**
 * Reads a backup's manifest and checks every file of it.
 * @throws PushtechError `BACKUP_MANIFEST`, `BACKUP_VERSION`, `BACKUP_DAMAGED` (fatal)
 */
export const readBackup = async (folder: string): Promise<Manifest> => {
  const manifest = await parse(folder);
  if (manifest.format > FORMAT || isLater(manifest.version, version)) {
    throw backupError(
      'BACKUP_VERSION',
      `${folder} was made by pushtech ${manifest.version} (form ${manifest.format}); this is ${version} (form ${FORMAT}): ` +
        'restore with that version or a later one',
    );
  }
  try {
    for (const file of filesOf(manifest)) await checkFile(folder, file);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw backupError('BACKUP_MANIFEST', `${join(folder, MANIFEST)} is no manifest of a backup`, error);
  }
  return manifest;
};
