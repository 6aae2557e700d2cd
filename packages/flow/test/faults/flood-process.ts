// Run by overload.faults.ts: batches without waiting for durability, each sender's as soon as the
// last one is answered or, where that says `Retry-After`, after so long; until told to stop.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const SENDERS = 6;
const ITEMS = 100;
const PAUSE_MS = 50;
const { target } = JSON.parse(process.argv[2] ?? '{}') as { target: string };
const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
const filling = 'x'.repeat(900);
let running = true;

type Result = { id?: string; error?: string };

interface Answer {
  results: Result[];
  waitMs: number;
}

const post = (body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      `${target}/t`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { results } = JSON.parse(Buffer.concat(chunks).toString());
          resolve({ results, waitMs: Number(answer.headers['retry-after'] ?? 0) * 1000 });
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

/** What became of the flood: ids that were taken, and how many were refused for which reason. */
export interface FloodReport {
  taken: string[];
  refused: Record<string, number>;
}

const send = async (): Promise<void> => {
  while (running) {
    const items = Array.from({ length: ITEMS }, () => ({ type: 'fault', id: randomUUID(), filling }));
    const { results, waitMs } = await post(JSON.stringify(items));
    const report: FloodReport = { taken: [], refused: {} };
    for (const { id, error } of results) {
      if (error !== undefined) report.refused[error] = (report.refused[error] ?? 0) + 1;
      else if (id) report.taken.push(id);
    }
    process.send?.(report);
    await sleep(Math.max(PAUSE_MS, waitMs));
  }
};

const senders = Promise.all(Array.from({ length: SENDERS }, send));
process.on('message', async () => {
  running = false;
  await senders;
  process.send?.('done');
});
process.on('disconnect', () => process.exit(0));
