import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '@pushtech/stats';
import type { Front } from './front.ts';

/** What is missing on each side; 0 and 0 when all is accounted for. */
export const openOf = (ledger: Ledger): { taken: number; counted: number } => {
  const dropped = Object.values(ledger.dropped).reduce((sum, n) => sum + n, 0);
  return {
    taken: ledger.received + ledger.redelivered - ledger.kept - ledger.dead - dropped,
    counted: ledger.kept - ledger.counted - ledger.duplicates,
  };
};

/** Events of one type, bots too. */
export const countOf = async (front: Front, type: string): Promise<number> =>
  (await front.json<{ events: number }>(`/stats/summary?type=${type}&bots=include`)).events;

/**
 * Waits until the ledger adds up and the numbers stand still.
 * @param enough as many events of the type as there must be at least
 * @throws Error what is still open
 */
export const whenSettled = async (
  front: Front,
  type: string,
  enough: number,
  seconds: number,
): Promise<{ ledger: Ledger; count: number }> => {
  let last = '';
  for (const end = Date.now() + seconds * 1000; ; await sleep(500)) {
    const found = await Promise.all([front.json<Ledger>('/stats/ledger'), countOf(front, type)]).catch(
      (error: Error) => error,
    );
    if (!(found instanceof Error)) {
      const [ledger, count] = found;
      const open = openOf(ledger);
      if (open.taken === 0 && open.counted === 0 && count >= enough && last === JSON.stringify(ledger)) {
        return { ledger, count };
      }
      last = JSON.stringify(ledger);
      if (Date.now() > end) throw new Error(`after ${seconds} s ${count} of ${enough} are counted: ${last}`);
    } else if (Date.now() > end) throw found;
  }
};

/**
 * How many of these ids were not counted before. They are sent once more: what was counted is a duplicate and changes
 * nothing, what was lost adds to the number.
 */
export const lostOf = async (front: Front, type: string, ids: readonly string[]): Promise<number> => {
  const before = await countOf(front, type);
  for (let from = 0; from < ids.length; from += 500) {
    const items = ids.slice(from, from + 500).map((id) => ({ id, type, site: 'load.example' }));
    const { status } = await front.post('/t?ack=durable', items);
    if (status !== 202) throw new Error(`POST /t answers ${status}`);
  }
  const { count } = await whenSettled(front, type, before, 60);
  return count - before;
};
