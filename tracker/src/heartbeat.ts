import { HEARTBEAT } from '@pushtech/event';
import type { GatherHits } from './gather-hits.ts';

export interface HeartbeatDeps {
  gather: GatherHits;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
  /** 0 = none. */
  seconds: number;
}

/** One hit of our own each period: how long it takes to be counted is how long the whole road takes. */
export const createHeartbeat = ({ gather, newId, clock, seconds }: HeartbeatDeps) => {
  let timer: NodeJS.Timeout | undefined;

  const beat = (): void => {
    const now = clock();
    const id = newId();
    if (!gather.hasRoom()) {
      gather.refuse({ reason: 'full', id, type: HEARTBEAT, run: HEARTBEAT }, now);
      return;
    }
    const item = { type: HEARTBEAT, properties: {} };
    const hit = { id, type: HEARTBEAT, receivedAt: now, via: 'post', run: HEARTBEAT, item };
    gather.accept(JSON.stringify(hit), now, HEARTBEAT);
  };

  return {
    /** The first comes after one period. */
    start(): void {
      if (seconds > 0) timer ??= setInterval(beat, seconds * 1000);
    },
    stop: (): void => clearInterval(timer),
  };
};
