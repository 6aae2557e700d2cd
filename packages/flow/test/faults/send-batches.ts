import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Shape } from './outcome.ts';

const TIMEOUT_MS = 10_000;
/** What is still refused or cut off so long after the load's end is told as unknown. */
const GIVE_UP_MS = 45_000;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

interface Answer {
  status: number;
  retryAfter: number;
  results: { id?: string; error?: string }[];
}

const post = (target: string, ids: readonly string[]): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      `${target}/t?ack=durable`,
      {
        method: 'POST',
        agent,
        timeout: TIMEOUT_MS,
        headers: { 'content-type': 'application/json', 'user-agent': 'faults/1' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const { results = [] } = JSON.parse(Buffer.concat(chunks).toString()) as Partial<Answer>;
            const retryAfter = Number(response.headers['retry-after'] ?? 0);
            resolve({ status: response.statusCode ?? 0, retryAfter, results });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.end(JSON.stringify(ids.map((id) => ({ type: 'fault', id, site: 'shop.example' }))));
  });

interface BatchDeps {
  targets: readonly string[];
  random: () => number;
  newId: () => string;
  sent: (id: string) => void;
  tell: (outcome: Outcome) => void;
}

/**
 * Batches by the rules of the contract: an item that is `unavailable`, and a batch whose answer never came, are sent again
 * under the same ids, to the next tracker; everything else is final.
 */
export const createBatches = ({ targets, random, newId, sent, tell }: BatchDeps) => {
  let running = false;
  let giveUpAt = Number.POSITIVE_INFINITY;
  let senders: Promise<void>[] = [];

  const attempt = async (
    ids: readonly string[],
    target: number,
  ): Promise<{ left: string[]; wait: number }> => {
    const at = Date.now();
    const began = performance.now();
    const done = (id: string, outcome: Outcome['outcome'], reason?: string): void =>
      tell({
        kind: 'post',
        id,
        target,
        at,
        ms: performance.now() - began,
        outcome,
        ...(reason && { reason }),
      });
    try {
      const { status, retryAfter, results } = await post(targets[target] as string, ids);
      if (status !== 202 && status !== 503 && status !== 400) throw new Error(`status ${status}`);
      const left: string[] = [];
      for (const [index, id] of ids.entries()) {
        const result = results[index];
        if (status === 202 && result?.id === id && !result.error) done(id, 'ok');
        else if (status === 503 || !result || result.error === 'unavailable') {
          done(id, 'unknown', `status ${status}, ${result?.error ?? 'no result'}`);
          left.push(id);
        } else done(id, 'refused', result.error ?? 'another id came back');
      }
      return { left, wait: retryAfter * 1000 };
    } catch (error) {
      for (const id of ids) done(id, 'unknown', (error as Error).message);
      return { left: [...ids], wait: 100 };
    }
  };

  const sendUntilAnswered = async (ids: string[]): Promise<void> => {
    let target = Math.floor(random() * targets.length);
    for (let left = ids; left.length > 0 && Date.now() <= giveUpAt; ) {
      const answer = await attempt(left, target);
      left = answer.left;
      target = (target + 1) % targets.length;
      if (left.length > 0) await sleep(answer.wait);
    }
  };

  const keepSending = async ({ items, pauseMs }: Shape): Promise<void> => {
    while (running) {
      const ids = Array.from({ length: 1 + Math.floor(random() * items) }, newId);
      for (const id of ids) sent(id);
      await sendUntilAnswered(ids);
      await sleep(pauseMs);
    }
  };

  return {
    start(shape: Shape): void {
      running = true;
      giveUpAt = Number.POSITIVE_INFINITY;
      senders = Array.from({ length: shape.senders }, () => keepSending(shape));
    },
    async stop(): Promise<void> {
      running = false;
      giveUpAt = Date.now() + GIVE_UP_MS;
      await Promise.all(senders);
    },
  };
};
