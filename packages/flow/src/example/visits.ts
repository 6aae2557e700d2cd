import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Three days of a real log, as `data/make-example.ts` wrote them. Numbers are places in the lists. */
export interface Visits {
  clients: [address: string, agent: number][];
  agents: string[];
  paths: string[];
  referrers: string[];
  /** `referrer` −1 = none. In order of day and minute, but for a few seconds. */
  hits: [day: number, minuteOfDay: number, client: number, path: number, referrer: number, status: number][];
}

const FILE = new URL('../../data/example.json.gz', import.meta.url);

export const readVisits = async (): Promise<Visits> =>
  JSON.parse((await promisify(gunzip)(await readFile(FILE))).toString()) as Visits;
