import type { Settled } from '../../options.ts';
import { firstKeptDay } from '../../retention.ts';
import { createCoarsening } from './coarsen.ts';
import { createRetention, createSweeps } from './forget.ts';
import { createDrain } from './slices.ts';
import type { WriterDatabase } from './writer-database.ts';

/** Looks after old data in slices: batches are applied in between. */
export const createMaintenance = (
  database: WriterDatabase,
  prefix: string,
  options: Settled,
  levelChanged: () => void,
) => {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
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
    if (!stopped) database.write(sweeps.names);
  };

  return {
    round(): Promise<void> {
      running = round();
      return running;
    },
    async stop(): Promise<void> {
      stopped = true;
      await running.catch(() => {});
    },
  };
};
