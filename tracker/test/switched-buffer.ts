import { setTimeout as sleep } from 'node:timers/promises';
import type { Buffer as HitBuffer } from '@pushtech/buffer';
import { decodeHitBatch, type Hit, PushtechError } from '@pushtech/event';

export type Mode = 'up' | 'down' | 'hang' | 'slow' | 'dead';

/** The port's append with a switch, for what the tracker makes of its answers; it keeps what it took in memory. */
export const createSwitchedBuffer = (first: Mode = 'up') => {
  let mode = first;
  const taken: { body: string; durable: boolean }[] = [];
  const hanging: (() => void)[] = [];
  let asked = 0;

  const buffer: HitBuffer = {
    async append(body, { durable = false } = {}) {
      asked += 1;
      if (mode === 'down') throw new PushtechError('BUFFER_DOWN', 'retry', 'switched off');
      if (mode === 'dead') throw new PushtechError('BUFFER_POISON', 'dead', 'never this one');
      if (mode === 'hang') await new Promise<void>((resolve) => hanging.push(resolve));
      if (mode === 'slow') await sleep(300);
      taken.push({ body, durable });
    },
    take: async () => [],
    ack: async () => {},
    status: async () => ({ entries: taken.length, bytes: 0, maxBytes: 0 }),
    close: async () => {},
  };

  return {
    buffer,
    taken,
    /** How often append was called. */
    asked: () => asked,
    /** Answers that come late after all. */
    release: () => hanging.splice(0).map((resolve) => resolve()),
    switchTo(next: Mode): void {
      mode = next;
    },
    batches: () => taken.map(({ body }) => decodeHitBatch(body).header.batch),
    /** Of all hits that were taken, in their order, each batch once. */
    ids(): string[] {
      const bodies = new Map(taken.map(({ body }) => [decodeHitBatch(body).header.batch, body]));
      return [...bodies.values()].flatMap((body) =>
        decodeHitBatch(body).lines.map((line) => (JSON.parse(line) as Hit).id),
      );
    },
  };
};
