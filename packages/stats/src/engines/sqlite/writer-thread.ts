// The thread behind writer.ts: all that writes counters happens here.
import { parentPort, workerData } from 'node:worker_threads';
import { END } from '@pushtech/sqlite';
import type { Settled } from '../../options.ts';
import { createMaintenance } from './maintenance.ts';
import { createSteps, type Part } from './step.ts';
import type { WriterData, WriterQuestion } from './writer.ts';
import { openWriterDatabase } from './writer-database.ts';

const { path, prefix, options } = workerData as WriterData;
let now = 0;
const settled: Settled = { ...options, clock: () => now, warn: () => {} };
const database = openWriterDatabase(path);
const steps = createSteps(database, prefix, settled);
const maintenance = createMaintenance(database, prefix, settled, steps.forget);

const calls = {
  apply: (part: Part) => steps.apply(part),
  position: (source: string) => steps.position(source),
  maintain: () => maintenance.round(),
  async close() {
    await maintenance.stop();
    database.close();
  },
};

parentPort?.on('message', async (question: WriterQuestion | typeof END) => {
  // The database was closed by the call before.
  if (question === END) {
    parentPort?.close();
    return;
  }
  now = question.now;
  try {
    const result = calls[question.name](question.argument as never);
    parentPort?.postMessage({ id: question.id, result: result instanceof Promise ? await result : result });
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    parentPort?.postMessage({ id: question.id, error: { message, errcode } });
  }
});
