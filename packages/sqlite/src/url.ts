import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumberOption, readPrefix } from '@pushtech/event';
import { sqliteError } from './errors.ts';

export interface SqliteUrl {
  path: string;
  options: URLSearchParams;
  /** Only letters, digits and `_`; stands before every table's name. */
  prefix: string;
  /** Removes what `:memory:` made; does nothing for a real file. */
  dispose: () => void;
}

const badUrl = (message: string) => sqliteError('SQLITE_URL', message);

/**
 * Reads `sqlite:<path>[?option=value…]`. `sqlite::memory:` is a file of its own in the temporary folder, gone at close:
 * the same engine, with its worker threads and second connections, only without a past and a future.
 * @throws PushtechError `SQLITE_URL` (fatal)
 */
export const parseSqliteUrl = (url: string): SqliteUrl => {
  const match = /^sqlite:([^?]+)(?:\?(.*))?$/.exec(url);
  if (!match?.[1]) {
    throw badUrl(`${url} is not of the form sqlite:<path>?<options>`);
  }
  const options = new URLSearchParams(match[2] ?? '');
  const prefix = readPrefix(options, badUrl);
  if (match[1] !== ':memory:') return { path: match[1], options, prefix, dispose: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-'));
  return {
    path: join(folder, 'memory.db'),
    options,
    prefix,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** A number option of a URL; the default when it is absent. */
export const numberOption = (options: URLSearchParams, name: string, fallback: number): number =>
  readNumberOption(options, name, fallback, badUrl);
