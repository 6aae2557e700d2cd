import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { PushtechError } from '@pushtech/event';

const fail = (code: 'DOTENV_EXISTS' | 'DOTENV_FILE', message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, 'fatal', message, { cause });

/** @throws PushtechError `DOTENV_FILE` it is there and cannot be read */
export const readIfThere = (path: string): string | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fail('DOTENV_FILE', `${path} cannot be read: ${(error as Error).message}`, error);
  }
};

/** @throws PushtechError `DOTENV_EXISTS` when there is one that may not be replaced */
export const refuseExisting = (path: string): never => {
  throw fail(
    'DOTENV_EXISTS',
    `${path} is there already; --update adds what is missing and keeps the rest, --force makes new secrets`,
  );
};

/** Whole or not at all, and readable by its owner only from its first byte. @throws PushtechError `DOTENV_FILE` */
export const writeSecretly = (path: string, text: string): void => {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fail('DOTENV_FILE', `${path} cannot be written: ${(error as Error).message}`, error);
  }
};
