import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@pushtech/event';

export interface DurableLoad {
  type: string;
  /** Ids of events that were acknowledged as durable. */
  acknowledged: string[];
  /** Batches that had to be sent again. */
  retries: number;
  end(): Promise<void>;
}

const BATCH = 5;
const PAUSE_MS = 40;

const isTaken = async (url: string, items: readonly object[]): Promise<boolean> => {
  const response = await fetch(`${url}/t?ack=durable`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(items),
    signal: AbortSignal.timeout(10_000),
  });
  const { results } = (await response.json()) as { results?: { id?: string }[] };
  return response.status === 202 && results?.every(({ id }) => id !== undefined) === true;
};

/** A sender that keeps its events until they are acknowledged as durable, as `packages/sender` does. */
export const startDurableLoad = (url: string, name: string): DurableLoad => {
  const type = `${name}-${randomUUID().slice(0, 8)}`;
  const load: DurableLoad = { type, acknowledged: [], retries: 0, end };
  let ending = false;

  const sendUntilTaken = async (items: readonly { id: string }[]): Promise<void> => {
    while (!(await isTaken(url, items).catch(() => false))) {
      load.retries += 1;
      await sleep(200);
    }
    load.acknowledged.push(...items.map(({ id }) => id));
  };
  const sending = (async () => {
    while (!ending) {
      const items = Array.from({ length: BATCH }, () => ({ id: newId(), type, site: 'load.invalid' }));
      await sendUntilTaken(items);
      await sleep(PAUSE_MS);
    }
  })();

  async function end(): Promise<void> {
    ending = true;
    await sending;
  }
  return load;
};
