import { readFileSync } from 'node:fs';
import { PushtechError } from '@pushtech/event';

/**
 * Reads which address stands for which: a table with tabs whose first two columns count. A head line does no harm, as no
 * client is called `log_ip`. Later lines win.
 * @throws PushtechError `REPLAY_FILE` (fatal)
 */
export const readMap = (path: string): ReadonlyMap<string, string> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new PushtechError('REPLAY_FILE', 'fatal', `${path} cannot be read: ${(error as Error).message}`);
  }
  const map = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [from, to] = line.replace(/\r$/, '').split('\t');
    if (from && to) map.set(from, to);
  }
  return map;
};
