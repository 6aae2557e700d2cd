import type { Settled } from '../../options.ts';
import { firstKeptDay } from '../../retention.ts';
import { type Cells, slices } from './cells.ts';
import { createFileScript } from './script.ts';
import type { Server } from './server.ts';

const DAY_MS = 86_400_000;
/** How long after it was last touched a day keeps its minutes, and its hours. */
const KEPT_MS = [2 * DAY_MS, 90 * DAY_MS] as const;
/** Keys per UNLINK: it takes them out of sight, and a thread of Redis frees them. */
const SLICE = 200;
/** One process at a time is enough; one that died with the lock holds up nobody for longer. */
const LOCK_MS = 60_000;

const script = createFileScript('./slices.lua', './maintain.lua');
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** Looks after old data in short calls: batches are applied in between. All of it may be done twice, or be cut off. */
export const createMaintenance = (
  server: Server,
  cells: Cells,
  { root, options }: { root: string; options: Settled },
) => {
  const { clock, retentionDays } = options;
  let stopped = false;

  const call = (...args: (string | number)[]) => server.run((client) => script(client, root, ...args));

  const unlink = async (keys: readonly string[]): Promise<void> => {
    for (const some of slices(keys, SLICE)) if (!stopped) await server.pipeline([['UNLINK', ...some]]);
  };

  const raiseLevels = async (): Promise<void> => {
    const levels = await cells.readTexts(`${root}levels`);
    const touched = await cells.readTexts(`${root}touched`);
    for (const [day, level] of levels) {
      if (level > 1 || stopped) continue;
      const limit = clock() - (KEPT_MS[level] as number);
      if ((touched.get(day) ?? 0) < limit) await call('raise', day, level, limit);
    }
  };

  /** HyperLogLogs of a day and level, first: the set that names them is all that knows them. */
  const dropLogs = async (day: string, letter: string): Promise<void> => {
    const key = `${root}${day}:big:${letter}`;
    while (!stopped) {
      const [some] = await server.pipeline([['SRANDMEMBER', key, SLICE]]);
      const names = some as Buffer[];
      if (names.length === 0) return;
      await server.pipeline([
        ['UNLINK', ...names],
        ['SREM', key, ...names],
      ]);
    }
  };

  const readDimensions = async (day: string): Promise<string[]> => {
    const [names] = await server.pipeline([['SMEMBERS', `${root}${day}:dimensions`]]);
    return (names as Buffer[]).map(String);
  };

  const dropLevel = async (day: string, letter: string): Promise<void> => {
    await dropLogs(day, letter);
    const dimensions = letter === 'm' ? ['total'] : await readDimensions(day);
    const buckets = letter === 'd' ? ['d'] : hours.map((hour) => `${letter}${hour}`);
    await unlink(dimensions.flatMap((name) => buckets.map((bucket) => `${root}${day}:${bucket}:${name}`)));
  };

  const dropDay = async (day: string): Promise<void> => {
    for (const letter of ['m', 'h', 'd']) await dropLevel(day, letter);
    const dimensions = await readDimensions(day);
    const [sites] = await server.pipeline([['HLEN', `${root}${day}:sites`]]);
    // Numbers 0 and 1 stand for no site, and for those beyond the cap.
    const numbers = Array.from({ length: Number(sites) + 2 }, (_, site) => site);
    await unlink(numbers.flatMap((site) => dimensions.map((name) => `${root}${day}:values:${site}:${name}`)));
    // What names the others goes last, so that a cut before leaves nothing that nobody knows of.
    await unlink([`${root}${day}:sites`, `${root}${day}:types`]);
    await unlink([`${root}${day}:dimensions`]);
  };

  const dropGone = async (): Promise<void> => {
    const [gone] = await server.pipeline([['SMEMBERS', `${root}gone`]]);
    for (const one of (gone as Buffer[]).map(String)) {
      if (stopped) return;
      const [day = '', what = ''] = one.split(' ');
      if (what === 'all') await dropDay(day);
      else await dropLevel(day, what);
      if (!stopped) await server.pipeline([['SREM', `${root}gone`, one]]);
    }
  };

  const dropLedger = async (first: number): Promise<void> => {
    const [days] = await server.pipeline([['ZRANGEBYSCORE', `${root}ledger`, '-inf', first - 1]]);
    for (const day of (days as Buffer[]).map(String)) {
      await unlink([`${root}l:${day}`, ...hours.map((hour) => `${root}l:${day}:${hour}`)]);
      await server.pipeline([['ZREM', `${root}ledger`, day]]);
    }
  };

  const keepRetention = async (): Promise<void> => {
    if (retentionDays === 0) return;
    const first = firstKeptDay(retentionDays, clock());
    for (const day of (await cells.readTexts(`${root}levels`)).keys()) {
      if (Number(day) < first && !stopped) await call('drop', day);
    }
    await dropLedger(first);
  };

  return {
    async round(): Promise<void> {
      const [locked] = await server.pipeline([['SET', `${root}lock`, '1', 'NX', 'PX', LOCK_MS]]);
      if (!locked) return;
      try {
        await raiseLevels();
        await keepRetention();
        await dropGone();
        await call('forget', clock(), options.duplicateWindowIds, options.duplicateWindowDays);
      } finally {
        await server.pipeline([['DEL', `${root}lock`]]);
      }
    },
    stop(): void {
      stopped = true;
    },
  };
};
