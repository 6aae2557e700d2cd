import type { Buffer as HitBuffer } from '@pushtech/buffer';
import {
  createDropTally,
  type DropRecord,
  type EntryDrops,
  encodeHitBatch,
  type ReceivedRecord,
} from '@pushtech/event';
import { deliver, type Ticket } from './deliver.ts';
import { noSpool, type Spool } from './spool/spool.ts';

/** A micro-batch goes out with this many hits, or this many ms after its first. */
const MAX_HITS = 100;
const MAX_WAIT_MS = 10;

const MINUTE = 60_000;

export interface GatherOptions {
  buffer: HitBuffer;
  /** Where hits go while the buffer is away; default: nowhere, they wait in memory. */
  spool?: Spool | undefined;
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
  drops: EntryDrops;
  /** Set when a sender waits for it to be durable. */
  ticket?: Ticket;
}

/** The entries that hold the hits of one durable request. */
export type Tickets = Set<Promise<void>>;

export type GatherHits = ReturnType<typeof gatherHits>;

/**
 * Collects hits and refusals into buffer entries: one write per ≤ 100 hits or ≤ 10 ms. What was counted as received
 * lies in the same entry as the hits themselves, so that a kill -9 loses both or neither.
 */
export const gatherHits = ({ buffer, spool = noSpool, newId, clock, warn }: GatherOptions) => {
  const delivery = deliver({ buffer, spool, warn });
  const tally = createDropTally(clock);
  const empty = (): Gathering => ({ lines: [], received: new Map(), drops: tally.begin() });
  let current = empty();
  let timer: NodeJS.Timeout | undefined;
  const counts = { received: 0, accepted: 0, refused: new Map<string, number>() };

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const { lines, received, drops, ticket } = current;
    if (received.size === 0) return;
    current = empty();
    const header = {
      v: 1 as const,
      batch: newId(),
      at: clock(),
      received: [...received.values()],
      dropped: drops.records,
    };
    delivery.send(encodeHitBatch(header, lines), lines.length, ticket);
  };

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

  return {
    counts,
    delivery,
    /** False while nothing more may wait: hits are then refused with reason `full`. */
    hasRoom: delivery.hasRoom,
    /**
     * Takes one hit. `line` is a JSON `Hit` received at `now`. With `tickets`, the entry it lies in is written to
     * survive a power cut, and a promise of that is put in there; it rejects when neither buffer nor spool takes it now.
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
      const { reason, run } = facts;
      for (let i = 0; i < n; i++) receive(now, run);
      counts.refused.set(reason, (counts.refused.get(reason) ?? 0) + n);
      current.drops.add({ receivedAt: now, reason, step: 'tracker', n, run }, facts);
      if (current.drops.records.length >= MAX_HITS) flush();
    },
    /** Begins to bring to the buffer what an earlier run left in the spool. */
    start: delivery.start,
    async stop(): Promise<void> {
      flush();
      await delivery.stop();
    },
  };
};
