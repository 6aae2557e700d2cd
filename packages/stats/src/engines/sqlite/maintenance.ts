import type { Database } from '@pushtech/sqlite';
import type { Settled } from '../../options.ts';
import { firstKeptDay } from './bookkeeper.ts';
import { createCoarsening } from './coarsen.ts';
import { createRetention, createSweeps } from './forget.ts';
import { createDrain } from './slices.ts';

/** Looks after old data on a timer, in transactions of a few milliseconds. */
export const startMaintenance = (
  database: Database,
  prefix: string,
  options: Settled,
  levelChanged: () => void,
) => {
  let stopped = false;
  const drain = createDrain(database, () => stopped);
  const { coarsen, dimensionsHeld } = createCoarsening(database, prefix, {
    clock: options.clock,
    drain,
    levelChanged,
  });
  const retention = createRetention(database.db, prefix, { drain, dimensionsHeld });
  const sweeps = createSweeps(database.db, prefix, options);

  const round = async (): Promise<void> => {
    await coarsen();
    if (options.retentionDays > 0) {
      await retention.deleteBefore(firstKeptDay(options.retentionDays, options.clock()));
    }
    let slices = sweeps.due();
    await drain(() => {
      sweeps.ids();
      slices -= 1;
      return slices;
    });
    await database.write(sweeps.names);
  };

  const loop = async (): Promise<void> => {
    // A busy or full disk is told by `apply`; what is left undone here comes up again in the next round.
    if (!stopped) await round().catch(() => {});
    if (!stopped) next();
  };

  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  const next = (): void => {
    timer = setTimeout(() => {
      running = loop();
    }, options.maintainMs).unref();
  };
  next();

  return async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
};
