import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The key that signs sessions, tokens, links and visitor ids: the setting if there is one, else the one made once in
 * `dataDir/secret-key`, so that one process needs no setting and several on one machine agree.
 */
export const readSecretKey = (given: string, dataDir: string): string => {
  if (given) return given;
  const path = join(dataDir, 'secret-key');
  mkdirSync(dataDir, { recursive: true });
  try {
    // `wx`: of two processes that start together one makes it, the other reads it.
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
};
