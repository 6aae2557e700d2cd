import { connect, parseRedisUrl, watchDurability } from '@pushtech/redis';
import { dimensionsWith } from '../dimensions.ts';
import { statsError } from '../errors.ts';
import { type StatsOptions, settle } from '../options.ts';
import { startRounds } from '../rounds.ts';
import type { Ledger, Stats } from '../stats.ts';
import { createApply } from './redis/apply.ts';
import { createCells } from './redis/cells.ts';
import { type Levels, readLevels } from './redis/days.ts';
import { createLedger } from './redis/ledger.ts';
import { createMaintenance } from './redis/maintenance.ts';
import { rootOf } from './redis/names.ts';
import { createSeen } from './redis/seen.ts';
import { createServer } from './redis/server.ts';
import { createTop } from './redis/top.ts';
import { createTotals } from './redis/totals.ts';

/** A day may become coarser while a question is under way; then it is asked again. */
const TRIES = 3;

/**
 * Counters in one Redis server. Opens also while it is down: calls are refused with `STATS_DOWN` until it is there.
 * @param url `redis://…[?prefix=…]`
 * @throws PushtechError `REDIS_URL`, `STATS_URL` (fatal)
 */
export const openRedisStats = async (url: string, options: StatsOptions): Promise<Stats> => {
  const settled = settle(options);
  const { servers, prefix } = parseRedisUrl(url);
  const [only, second] = servers;
  if (!only || second) {
    throw statsError('STATS_URL', 'the counters lie in one Redis server: name one, not a list');
  }
  const root = rootOf(prefix);
  const dimensions = dimensionsWith(settled.properties);
  const properties = [...settled.properties];
  const window: Ledger['window'] = { days: settled.duplicateWindowDays, ids: settled.duplicateWindowIds };

  const writing = connect(only);
  // Questions have their own connection: a batch never waits behind what they read.
  const reading = connect(only);
  watchDurability(writing, settled.warn);
  const writer = createServer(writing);
  const reader = createServer(reading);
  const cells = createCells(reader);
  const totals = createTotals(reader, cells, root, properties);
  const tops = createTop(reader, cells, root, properties);
  const maintenance = createMaintenance(reader, cells, { root, options: settled });
  const stopRounds = startRounds(() => maintenance.round(), settled.maintainMs);

  const withLevels = async <T>(ask: (levels: Levels) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const levels = await readLevels(cells, root);
      const answer = await ask(levels);
      if (tries === TRIES) return answer;
      const after = await readLevels(cells, root);
      if ([...levels].every(([day, level]) => after.get(day) === level)) return answer;
    }
  };

  await Promise.all([writing.tried, reading.tried]);
  return {
    apply: createApply(writer, root, { options: settled, dimensions }),
    async position(source) {
      const stored = await writer.run((client) => client.hget(`${root}positions`, source));
      return stored === null ? undefined : Number(stored.split(' ')[0]);
    },
    summary: (query) => withLevels((levels) => totals.summary(levels, query)),
    async series(query) {
      totals.check(query);
      return withLevels((levels) => totals.series(levels, query));
    },
    async top(query) {
      tops.check(query);
      return withLevels((levels) => tops.top(levels, query));
    },
    ledger: createLedger(reader, root, window),
    seen: createSeen(reader, root, { window, clock: settled.clock }),
    async close() {
      maintenance.stop();
      await stopRounds();
      await Promise.all([writing.close(), reading.close()]);
    },
  };
};
