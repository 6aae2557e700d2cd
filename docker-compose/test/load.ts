import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@pushtech/event';
import type { Front } from './front.ts';

/** What was acknowledged: these ids must be counted, whatever happens. */
export interface Taken {
  id: string;
  via: 'pixel' | 'post';
  /** When the answer came, epoch ms. */
  at: number;
}

export interface Load {
  taken: Taken[];
  /** Tries without an acknowledgement; each is made again. */
  failed: string[];
  /** Every id that was sent, acknowledged or not. */
  sent: Set<string>;
  /** Resolves when every request has had its answer. */
  stop(): Promise<void>;
}

interface Results {
  results: { id?: string; error?: string }[];
}

const ITEMS = 10;
const PAUSE_MS = 40;
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Sends batches with `ack=durable`, and pixels between them, until it is stopped. What is not taken is sent again. */
export const startLoad = (front: Front, type: string): Load => {
  const load = { taken: [] as Taken[], failed: [] as string[], sent: new Set<string>() };
  let stopping = false;

  /** @returns the ids that still wait for their acknowledgement */
  const sendBatch = async (ids: string[]): Promise<string[]> => {
    const items = ids.map((id) => ({ id, type, site: 'load.example' }));
    const answer = await front.post('/t?ack=durable', items, { 'user-agent': AGENT });
    if (answer.status !== 202) throw new Error(`POST /t answers ${answer.status}`);
    const { results } = JSON.parse(answer.text) as Results;
    const kept = results.flatMap(({ id }) => (id ? [id] : []));
    load.taken.push(...kept.map((id) => ({ id, via: 'post' as const, at: Date.now() })));
    return ids.filter((id) => !kept.includes(id));
  };

  const sendUntilTaken = async (): Promise<void> => {
    for (let ids = Array.from({ length: ITEMS }, newId); ids.length > 0; ) {
      for (const id of ids) load.sent.add(id);
      try {
        ids = await sendBatch(ids);
      } catch (error) {
        load.failed.push((error as Error).message);
        await sleep(250);
      }
    }
  };

  const sendPixel = async (): Promise<void> => {
    try {
      const { headers, status } = await front.get(`/t/${type}?site=load.example`, { 'user-agent': AGENT });
      const id = headers['x-event-id'];
      if (status !== 200 || typeof id !== 'string' || headers['x-not-kept']) {
        load.failed.push(`pixel ${status} ${headers['x-not-kept'] ?? ''}`);
      } else {
        load.sent.add(id);
        load.taken.push({ id, via: 'pixel', at: Date.now() });
      }
    } catch (error) {
      load.failed.push((error as Error).message);
    }
  };

  const work = async (send: () => Promise<void>): Promise<void> => {
    for (; !stopping; await sleep(PAUSE_MS)) await send();
  };
  const working = Promise.all([work(sendUntilTaken), work(sendPixel)]);
  return {
    ...load,
    async stop() {
      stopping = true;
      await working;
    },
  };
};
