import { readFileSync } from 'node:fs';
import type { TaskIo } from './task.ts';

/** The key the servers use: `SECRET_KEY`, the file `SECRET_KEY_FILE` names, or the one made in `DATA_DIR`. */
export const secretKeyOf = async (env: TaskIo['env']): Promise<string> => {
  // Loaded here: the other tasks need no web server, and start in half the time.
  const { readSecretKey } = await import('@pushtech/service');
  const given =
    env.SECRET_KEY ?? (env.SECRET_KEY_FILE ? readFileSync(env.SECRET_KEY_FILE, 'utf8').trim() : '');
  return readSecretKey(given, env.DATA_DIR ?? './data');
};
