import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Buffer as HitBuffer } from '@pushtech/buffer';
import { createGate } from './buffer-gate.ts';
import { createDrain } from './drain-spool.ts';
import { trackerError } from './errors.ts';
import type { Spool } from './spool/spool.ts';

/** So much text may be in memory, on its way or, where there is no spool, waiting for the buffer; then hits are refused. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** A sender who waits for durability is told after this time at the latest that it is not there. */
const DURABLE_MS = 5000;
/** Between two tries while the buffer is away, in ms: doubling from the first to the second. */
const RETRY_MS = [250, 1000] as const;
/** Where it took something and then refused, it is full, and room comes bit by bit. */
const ROOM_MS = 50;
/** What is in memory at the stop has this long to get to buffer or spool. */
const STOP_MS = 3000;

export interface DeliverOptions {
  buffer: HitBuffer;
  spool: Spool;
  /** Told when the buffer stops answering, and when it answers again. */
  warn: (facts: object, sentence: string) => void;
}

export type Ticket = PromiseWithResolvers<void>;

/** One encoded micro-batch. Its text stays the same wherever it goes: whoever gets it twice knows it by its batch id. */
interface Parcel {
  body: string;
  hits: number;
  ticket: Ticket | undefined;
}

/**
 * Brings texts to the buffer, or to the spool while the buffer is away, and what lies in the spool to the buffer when it is
 * back: beside the live hits, oldest first.
 */
export const deliver = ({ buffer, spool, warn }: DeliverOptions) => {
  /** All that is neither in the buffer nor in the spool, and of these, oldest first, what neither took. */
  const open = new Set<Parcel>();
  const waiting: Parcel[] = [];
  const stopping = new AbortController();
  const gate = createGate({ buffer, warn });
  const hasSpool = spool.status().maxBytes > 0;
  let waitingBytes = 0;
  /** Parcels that waited in memory and found a place. */
  let fromMemory = 0;
  let wake = () => {};
  let catching: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const drain = createDrain({
    spool,
    append: (text) => gate.late(text, true),
    isDown: () => !gate.isOpen(),
    warn,
  });

  const toBuffer = async ({ body, ticket }: Parcel): Promise<boolean> =>
    gate.isOpen() && (await gate.live(body, ticket !== undefined)) === true;

  const toSpool = async ({ body }: Parcel): Promise<boolean> => {
    try {
      await spool.append(body);
      wake();
      return true;
    } catch {
      // Why, is in the spool's own status.
      return false;
    }
  };

  const kept = (parcel: Parcel): void => {
    if (!open.delete(parcel)) return;
    waitingBytes -= parcel.body.length;
    parcel.ticket?.resolve();
  };

  /** A durable sender is told at the first refusal and tries again itself; its hits still wait here, under their ids. */
  const bring = async (parcel: Parcel): Promise<void> => {
    if ((await toBuffer(parcel)) || (await toSpool(parcel))) {
      kept(parcel);
      return;
    }
    parcel.ticket?.reject(trackerError('NOT_STORED', 'neither the buffer nor the spool takes hits just now'));
    waiting.push(parcel);
    wake();
  };

  const setDeadline = ({ promise, reject }: Ticket): void => {
    const refuse = () => reject(trackerError('NOT_STORED', `not stored within ${DURABLE_MS} ms`));
    const timer = setTimeout(refuse, DURABLE_MS);
    const clear = () => clearTimeout(timer);
    promise.then(clear, clear);
  };

  /** True when it need not wait any longer. */
  const bringAgain = async (parcel: Parcel): Promise<boolean> => {
    if ((await toBuffer(parcel)) || (await toSpool(parcel))) return true;
    const answer = await gate.late(parcel.body, parcel.ticket !== undefined);
    return answer === true || drain.refusedForGood(parcel.body, answer);
  };

  /** What waits in memory goes first, as it keeps new hits out: to the spool if that has room again, else to the buffer. */
  const emptyMemory = async (): Promise<boolean> => {
    for (let parcel = waiting[0]; parcel; parcel = waiting[0]) {
      if (!(await bringAgain(parcel))) return false;
      kept(parcel);
      fromMemory += 1;
      if (waiting[0] === parcel) waiting.shift();
      // SQLite answers without the event loop having turned.
      await setImmediate();
    }
    return true;
  };

  const untilWoken = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const catchUpSome = async (): Promise<boolean> => {
    try {
      return (await emptyMemory()) && (await drain.some());
    } catch (error) {
      warn({ err: error }, 'Catching up failed; it is tried again.');
      return false;
    }
  };

  const catchUp = async (): Promise<void> => {
    let wait: number = RETRY_MS[0];
    while (!stopping.signal.aborted) {
      if (waiting.length === 0 && !drain.hasWork()) {
        await untilWoken(RETRY_MS[1]);
        continue;
      }
      const before = drain.counts.drained + fromMemory;
      if (await catchUpSome()) wait = RETRY_MS[0];
      else if (drain.counts.drained + fromMemory > before) {
        wait = RETRY_MS[0];
        await pause(ROOM_MS);
      } else {
        await pause(wait);
        wait = Math.min(wait * 2, RETRY_MS[1]);
      }
    }
  };

  /** Whatever is left tries both again and again until the time is over. */
  const bringRest = async (): Promise<void> => {
    const until = performance.now() + STOP_MS;
    while (open.size > 0 && performance.now() < until) {
      await emptyMemory();
      if (open.size > 0) await sleep(20);
    }
    const hits = open.values().reduce((sum, parcel) => sum + parcel.hits, 0);
    if (open.size > 0) warn({ hits, reason: gate.problem() }, 'Hits could not be kept at the stop.');
  };

  const stopAll = async (): Promise<void> => {
    stopping.abort();
    wake();
    const caughtUp = Promise.race([catching, sleep(STOP_MS, undefined, { ref: false })]);
    await Promise.all([bringRest(), caughtUp]);
  };

  return {
    drained: drain.counts,
    start(): void {
      catching ??= catchUp();
    },
    /** The ticket resolves once the buffer or the spool has the text durably, and rejects when neither takes it now. */
    send(body: string, hits: number, ticket: Ticket | undefined): void {
      const parcel = { body, hits, ticket };
      waitingBytes += body.length;
      open.add(parcel);
      if (ticket) setDeadline(ticket);
      bring(parcel);
    },
    /**
     * False while nothing more may wait: hits are then refused with reason `full`. Where there is a spool and it is full too,
     * that is so at once: what waits in memory only is lost with a kill -9.
     */
    hasRoom: () =>
      waitingBytes < MAX_WAITING_BYTES && !stopping.signal.aborted && (waiting.length === 0 || !hasSpool),
    /** Why the buffer takes no hits. */
    problem: gate.problem,
    waitingBytes: () => waitingBytes,
    /** Takes a few seconds at most, whatever hangs. What was just being drained stays in the spool. */
    stop(): Promise<void> {
      stopped ??= stopAll();
      return stopped;
    },
  };
};

export type Deliver = ReturnType<typeof deliver>;
