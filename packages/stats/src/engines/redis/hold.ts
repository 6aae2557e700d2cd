import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { statsError } from '../../errors.ts';
import type { Place } from './prepare.ts';

/** A backup that died holds nobody up for longer. */
const HELD_MS = 30_000;
/** Maintenance under way is waited for this long: its rounds are short. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 200;

const busy = () =>
  statsError('STATS_HELD', 'somebody else works on the counters, e.g. another backup: try again');

/**
 * Keeps the counters as they are: `apply.lua` refuses batches while `hold` is there, and maintenance needs `lock`. Hits and the log
 * go on; what is counted later is not lost.
 * @throws PushtechError `STATS_HELD` (retry)
 */
export const holdStill = async ({ server, root }: Place) => {
  const token = randomUUID();
  const names = ['lock', 'hold'].map((name) => root + name);
  const taken: string[] = [];

  const take = async (name: string): Promise<void> => {
    for (const end = performance.now() + PATIENCE_MS; ; ) {
      const answer = await server.run((client) => client.set(name, token, 'PX', HELD_MS, 'NX'));
      if (answer === 'OK') break;
      if (performance.now() > end) throw busy();
      await sleep(PAUSE_MS);
    }
    taken.push(name);
  };

  const release = async (): Promise<void> => {
    for (const name of taken) {
      const owner = await server.run((client) => client.get(name));
      if (owner === token) await server.run((client) => client.del(name));
    }
  };

  /** @throws PushtechError `STATS_HELD` when it ended meanwhile: what was copied may be of two moments */
  const renew = async (): Promise<void> => {
    for (const name of names) {
      const owner = await server.run((client) => client.get(name));
      if (owner !== token) throw busy();
      await server.run((client) => client.pexpire(name, HELD_MS));
    }
  };

  try {
    for (const name of names) await take(name);
  } catch (error) {
    await release();
    throw error;
  }
  return { renew, release };
};
