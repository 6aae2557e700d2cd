import { PushtechError } from '@pushtech/event';

/** Every code of backup and restore, with its kind and when it comes. */
export const codes = {
  BACKUP_FOLDER: ['fatal', 'the folder of the backup cannot be made, written or read'],
  BACKUP_MANIFEST: ['fatal', 'there is no manifest, or it cannot be read: that is no whole backup'],
  BACKUP_DAMAGED: ['fatal', 'a file of the backup is missing, or is not what was written'],
  BACKUP_VERSION: ['fatal', 'a newer pushtech made the backup'],
  RESTORE_NOT_EMPTY: ['fatal', 'there are data already, and `--replace` was not said'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const backupError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
