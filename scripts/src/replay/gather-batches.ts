import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@pushtech/event';
import type { Batch } from './post-batch.ts';

/** Room for brackets and commas is left in a body. */
const MOST_BYTES = limits.bodyBytes - 2 * limits.items - 2;
const IN_FLIGHT = 4;

export interface GatherOptions {
  /** Sends one batch; a rejection ends the replay. */
  send: (batch: Batch) => Promise<void>;
  /** Events per second at the most; 0 = as fast as it goes. */
  rate: number;
}

/** Lets `count` events pass, no more than `rate` a second. */
const createPacer = (rate: number) => {
  let free = performance.now();
  return async (count: number): Promise<void> => {
    if (rate === 0) return;
    const wait = free - performance.now();
    free = Math.max(free, performance.now()) + (count / rate) * 1000;
    if (wait > 0) await sleep(wait);
  };
};

/** Makes batches of items, as large as one POST may be, and keeps at most four of them on the way. */
export const gatherBatches = ({ send, rate }: GatherOptions) => {
  const mostItems = rate === 0 ? limits.items : Math.max(1, Math.min(limits.items, Math.ceil(rate / 4)));
  const pace = createPacer(rate);
  const onTheWay = new Set<Promise<void>>();
  let batch: Batch = { number: 0, lines: [], items: [] };
  let bytes = 0;
  let failure: { error: unknown } | undefined;

  const deliver = async (full: Batch): Promise<void> => {
    try {
      await send(full);
    } catch (error) {
      failure ??= { error };
    }
  };

  const flush = async (): Promise<void> => {
    if (batch.items.length === 0) return;
    const full = batch;
    batch = { number: full.number + 1, lines: [], items: [] };
    bytes = 0;
    await pace(full.items.length);
    while (onTheWay.size >= IN_FLIGHT) await Promise.race(onTheWay);
    if (failure) throw failure.error;
    const sending = deliver(full).then(() => void onTheWay.delete(sending));
    onTheWay.add(sending);
  };

  return {
    /** Is the batch too full for this item? Then `flush` first. */
    isFull: (size: number): boolean => batch.items.length >= mostItems || bytes + size > MOST_BYTES,
    flush,
    add(line: number, item: string, size: number): void {
      batch.lines.push(line);
      batch.items.push(item);
      bytes += size;
    },
    async finish(): Promise<void> {
      await flush();
      await Promise.all(onTheWay);
      if (failure) throw failure.error;
    },
  };
};
