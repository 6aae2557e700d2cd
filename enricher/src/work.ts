import { setTimeout as sleep, setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Buffer, Entry } from '@pushtech/buffer';
import type { Erasures, Log, NewRecord } from '@pushtech/log';
import type { Logger } from '@pushtech/service';
import { appendAll } from './append-all.ts';
import type { ObserveAppend } from './counts.ts';
import { type EnrichDeps, enrichEntry } from './enrich-entry.ts';
import { createRetry } from './retry.ts';

export interface WorkOptions extends Omit<EnrichDeps, 'forgotten'> {
  /** Read before any hit is; without them nobody is forgotten. */
  erasures?: Pick<Erasures, 'refresh' | 'has'>;
  buffer: Buffer;
  log: Log;
  /** A stable name within the buffer's group of workers. */
  worker: string;
  record: Logger;
  appended?: ObserveAppend;
}

export interface Work {
  /** What keeps events from moving on, in words. */
  problem(): string | undefined;
  start(): void;
  /** Finishes the round that runs. */
  stop(): Promise<void>;
  /** Rejects when the loop ended by an error. */
  failed: Promise<never>;
}

const TAKE_ENTRIES = 10;
const TAKE_WAIT_MS = 1000;
/** Before the loop begins again after it failed for good. */
const PAUSE_MS = 5000;

/**
 * The enricher's loop: take entries, take their hits through the steps, append everything they give to the log, then
 * acknowledge. An entry is acknowledged only after all of its records are on the log, so that a crash at any point
 * means "again", never "gone".
 */
export const createWork = (options: WorkOptions): Work => {
  const { buffer, log, worker, record, counts, appended, erasures } = options;
  const enriching: EnrichDeps = erasures ? { ...options, forgotten: erasures } : options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const appending = createRetry({
    what: 'The log takes no events',
    record,
    signal,
    failed: () => {
      counts.appendFailures += 1;
    },
  });
  const forgetting = createRetry({ what: 'The log does not say who is erased', record, signal });
  const taking = createRetry({ what: 'The buffer gives no hits', record, signal });
  const acking = createRetry({ what: 'The buffer takes no acknowledgement', record, signal });
  const forGood = Promise.withResolvers<never>();
  forGood.promise.catch(() => {});
  let running: Promise<void> = Promise.resolve();

  const keep = async (records: NewRecord[], ids: string[]): Promise<void> => {
    if (ids.length === 0) return;
    const begun = performance.now();
    if (!(await appending.run(() => appendAll(log, records, counts)))) return;
    appended?.(records.length, (performance.now() - begun) / 1000);
    await acking.run(() => buffer.ack(ids));
  };

  const workOff = async (entries: readonly Entry[]): Promise<void> => {
    if (erasures && entries.length > 0 && !(await forgetting.run(erasures.refresh))) return;
    let records: NewRecord[] = [];
    let ids: string[] = [];
    for (const entry of entries) {
      counts.entries += 1;
      if (entry.redelivered) counts.redelivered += 1;
      const more = await enrichEntry(entry, enriching);
      if (records.length > 0 && records.length + more.length > log.appendSize) {
        await keep(records, ids);
        records = [];
        ids = [];
      }
      records.push(...more);
      ids.push(entry.id);
      await yieldToOthers();
    }
    await keep(records, ids);
  };

  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      let entries: Entry[] = [];
      await taking.run(async () => {
        entries = await buffer.take({ worker, max: TAKE_ENTRIES, waitMs: TAKE_WAIT_MS, signal });
      });
      await workOff(entries);
    }
  };

  /** Where nobody ends the process, another try costs nothing. */
  const keepGoing = async (): Promise<void> => {
    while (!signal.aborted) {
      await loop().catch(async (error) => {
        forGood.reject(error);
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
      });
    }
  };

  return {
    problem: () => appending.problem() ?? forgetting.problem() ?? taking.problem() ?? acking.problem(),
    start() {
      running = keepGoing();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    failed: forGood.promise,
  };
};
