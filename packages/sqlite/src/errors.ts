import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  SQLITE_URL: ['fatal', 'the URL or one of its options cannot be read'],
  SQLITE_OPEN: ['fatal', 'the file cannot be opened, or is not a SQLite database'],
  SQLITE_NEWER: ['fatal', 'a newer pushtech wrote the tables'],
  SQLITE_CLOSED: ['fatal', 'used after close'],
  SQLITE_BUSY: ['retry', 'another connection held the write lock for 10 s'],
  SQLITE_FULL: ['retry', 'the disk is full'],
  SQLITE_FAILED: ['fatal', 'SQLite itself failed: a damaged file, a failing disk, a wrong statement'],
  SQLITE_QUERY: ['retry', 'a query on the reader thread failed, or the thread ended'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export type SqliteCode = keyof typeof codes;

export const sqliteError = (code: SqliteCode, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });

const BUSY = 5;
const FULL = 13;

/** SQLite's primary result code; 0 where the error is not SQLite's. */
const resultCode = (error: unknown): number =>
  ((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;

export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY;

/** Names SQLite's errors by what the caller must do; others pass as they are. */
export const toPushtechError = (error: unknown): unknown => {
  const code = resultCode(error);
  if (error instanceof PushtechError || code === 0) return error;
  const { message } = error as Error;
  if (code === BUSY) return sqliteError('SQLITE_BUSY', message, error);
  if (code === FULL) return sqliteError('SQLITE_FULL', 'the disk is full', error);
  return sqliteError('SQLITE_FAILED', `SQLite: ${message}`, error);
};
