import type { Buffer } from '@pushtech/buffer';
import { encodeHitBatch, type ReceivedRecord } from '@pushtech/event';
import type { Line } from './read-lines.ts';

/** Lines in one buffer entry, as the tracker packs them. */
export const ENTRY_LINES = 100;
const MINUTE = 60_000;

interface Deps {
  buffer: Buffer;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
}

type Tally = ReceivedRecord['tallies'][number];

/**
 * What goes in again is received again, and booked where the enricher will book what becomes of it: at the hit's own
 * time, or now where it has none. So received + redelivered = kept + dead + Σ dropped stays true for every span of time.
 */
const talliesOf = (lines: readonly Line[], now: number): Tally[] => {
  const tallies = new Map<string, Tally>();
  for (const { hit } of lines) {
    const at = hit?.receivedAt ?? now;
    const minute = at - (at % MINUTE);
    const key = `${minute} ${hit?.run ?? ''}`;
    const tally = tallies.get(key) ?? { minute, n: 0, ...(hit?.run !== undefined && { run: hit.run }) };
    tally.n += 1;
    tallies.set(key, tally);
  }
  return [...tallies.values()];
};

/** Puts hits back into the buffer, durably, as an entry of their own. @throws what the buffer throws */
export const createReplay =
  ({ buffer, newId, clock }: Deps) =>
  async (lines: readonly Line[]): Promise<void> => {
    for (let from = 0; from < lines.length; from += ENTRY_LINES) {
      const some = lines.slice(from, from + ENTRY_LINES);
      const at = clock();
      const header = { v: 1 as const, batch: newId(), at, received: talliesOf(some, at), dropped: [] };
      const entry = encodeHitBatch(
        header,
        some.map(({ text }) => text),
      );
      await buffer.append(entry, { durable: true });
    }
  };

export type Replay = ReturnType<typeof createReplay>;
