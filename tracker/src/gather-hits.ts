import type { Buffer as HitBuffer } from '@pushtech/buffer';
import { type DropRecord, encodeHitBatch, type ReceivedRecord } from '@pushtech/event';

/** A micro-batch goes out with this many hits, or this many ms after its first. */
const MAX_HITS = 100;
const MAX_WAIT_MS = 10;
/** While the buffer does not answer, this much text may wait in memory; then hits are refused with `full`. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** Refusals of one second that are recorded one by one; the others only as numbers. */
const RECORDED_PER_SECOND = 100;

const MINUTE = 60_000;

export interface GatherOptions {
  buffer: HitBuffer;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
  /** Told when the buffer stops answering, and when it answers again. */
  warn: (facts: object, sentence: string) => void;
}

/** One entry under construction: what the tracker saw within one micro-batch. */
interface Gathering {
  lines: string[];
  received: Map<string, ReceivedRecord['tallies'][number]>;
  dropped: DropRecord[];
  tallied: Map<string, DropRecord>;
  /** Set when a sender waits for it to be durable; settles with the first attempt to write it. */
  ticket?: PromiseWithResolvers<void>;
}

/** The entries that hold the hits of one durable request. */
export type Tickets = Set<Promise<void>>;

const empty = (): Gathering => ({
  lines: [],
  received: new Map(),
  dropped: [],
  tallied: new Map(),
});

export type GatherHits = ReturnType<typeof gatherHits>;

/**
 * Collects hits and refusals into buffer entries: one write per ≤ 100 hits or ≤ 10 ms. What was counted as received
 * lies in the same entry as the hits themselves, so that a kill -9 loses both or neither.
 */
export const gatherHits = ({ buffer, newId, clock, warn }: GatherOptions) => {
  let current = empty();
  let timer: NodeJS.Timeout | undefined;
  let waitingBytes = 0;
  let down: string | undefined;
  let second = 0;
  let recorded = 0;
  const sending = new Set<Promise<void>>();
  const counts = { received: 0, accepted: 0, refused: new Map<string, number>() };

  const send = async (gathering: Gathering): Promise<void> => {
    const header = {
      v: 1 as const,
      batch: newId(),
      at: clock(),
      received: [...gathering.received.values()],
      dropped: [...gathering.dropped, ...gathering.tallied.values()],
    };
    const body = encodeHitBatch(header, gathering.lines);
    waitingBytes += body.length;
    try {
      await appendUntilKept(body, gathering);
    } finally {
      waitingBytes -= body.length;
    }
  };

  /** A durable sender is told at the first refusal and tries again itself; its hits still wait here, under their ids. */
  const appendUntilKept = async (body: string, gathering: Gathering): Promise<void> => {
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
      try {
        await buffer.append(body, { durable: gathering.ticket !== undefined });
        if (down) warn({}, 'The buffer takes hits again.');
        down = undefined;
        gathering.ticket?.resolve();
        return;
      } catch (error) {
        const reason = (error as Error).message;
        if (!down) warn({ err: error }, 'The buffer takes no hits; they wait in memory.');
        down = reason;
        gathering.ticket?.reject(error);
        if (stopped && wait > 400) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const gathering = current;
    if (gathering.received.size === 0) return;
    current = empty();
    const sent: Promise<void> = send(gathering)
      .catch((error) =>
        warn({ err: error, hits: gathering.lines.length }, 'Hits could not be kept at the stop.'),
      )
      .finally(() => sending.delete(sent));
    sending.add(sent);
  };

  let stopped = false;
  /** The tally that the last hit was counted in, and the entry that it belongs to: nearly always the next one's too. */
  let lastIn: Gathering | undefined;
  let lastTally: ReceivedRecord['tallies'][number] | undefined;

  const receive = (now: number, run: string | undefined): void => {
    counts.received += 1;
    const minute = now - (now % MINUTE);
    if (lastTally && lastIn === current && lastTally.minute === minute && lastTally.run === run) {
      lastTally.n += 1;
      return;
    }
    const key = run === undefined ? `${minute}` : `${minute} ${run}`;
    let tally = current.received.get(key);
    if (!tally) {
      tally = run === undefined ? { minute, n: 0 } : { minute, n: 0, run };
      current.received.set(key, tally);
    }
    tally.n += 1;
    lastIn = current;
    lastTally = tally;
    timer ??= setTimeout(flush, MAX_WAIT_MS);
  };

  const record = (drop: DropRecord, now: number): void => {
    const thisSecond = Math.floor(now / 1000);
    if (thisSecond !== second) {
      second = thisSecond;
      recorded = 0;
    }
    if (++recorded <= RECORDED_PER_SECOND) {
      current.dropped.push(drop);
      return;
    }
    const minute = now - (now % MINUTE);
    const key = `${drop.reason} ${minute} ${drop.run ?? ''}`;
    const tally = current.tallied.get(key);
    if (tally) tally.n += drop.n;
    else {
      const { reason, step, n, run } = drop;
      current.tallied.set(key, { at: drop.at, reason, step, n, ...(run !== undefined && { run }) });
    }
  };

  return {
    counts,
    /** False while nothing more may wait: hits are then refused with reason `full`. */
    hasRoom: () => waitingBytes < MAX_WAITING_BYTES && !stopped,
    /**
     * Takes one hit. `line` is a JSON `Hit` received at `now`. With `tickets`, the entry it lies in is written to
     * survive a power cut, and a promise of that is put in there; it rejects when the first attempt fails.
     */
    accept(line: string, now: number, run?: string, tickets?: Tickets): void {
      receive(now, run);
      counts.accepted += 1;
      current.lines.push(line);
      if (tickets) {
        current.ticket ??= Promise.withResolvers();
        // Rejections reach whoever awaits the tickets; nobody else has to hear of them.
        current.ticket.promise.catch(() => {});
        tickets.add(current.ticket.promise);
      }
      if (current.lines.length >= MAX_HITS) flush();
    },
    /** Counts `n` hits that are not taken, with their reason. */
    refuse(facts: Omit<DropRecord, 'at' | 'step' | 'n'>, now: number, n = 1): void {
      for (let i = 0; i < n; i++) receive(now, facts.run);
      counts.refused.set(facts.reason, (counts.refused.get(facts.reason) ?? 0) + n);
      record({ at: new Date(now).toISOString(), step: 'tracker', n, ...facts }, now);
      if (current.dropped.length >= MAX_HITS) flush();
    },
    /** What is wrong, in words. */
    problem: (): string | undefined => down,
    waitingBytes: () => waitingBytes,
    async stop(): Promise<void> {
      flush();
      stopped = true;
      while (sending.size > 0) await Promise.all(sending);
    },
  };
};
