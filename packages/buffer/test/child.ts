// Run by the contract as a process of its own: `child.ts <url> <what> [argument]`. Says `ready` or what it did, line by line.
import { setTimeout as sleep } from 'node:timers/promises';
import { openBuffer } from '../src/index.ts';

const [url = '', what, argument = ''] = process.argv.slice(2);
const buffer = await openBuffer(url);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Appends until it is killed; says every number whose append has resolved. */
const append = async (): Promise<void> => {
  for (let n = 0; ; n++) {
    await buffer.append(`${n}`, { durable: n % 2 === 0 });
    say(`${n}`);
  }
};

/** Takes once and holds what it got until it is killed. */
const take = async (): Promise<void> => {
  const entries = await buffer.take({ worker: argument, max: 100, waitMs: 5000 });
  for (const { body } of entries) say(body);
  say('taken');
  await sleep(60_000);
};

/** Appends one entry whenever it is told to. */
const answer = async (): Promise<void> => {
  say('ready');
  for await (const chunk of process.stdin) await buffer.append(String(chunk).trim());
};

/** Writes to the same place under another prefix, as fast as it can. */
const neighbour = async (): Promise<void> => {
  say('ready');
  for (;;) {
    await buffer.append('not yours');
    const entries = await buffer.take({ worker: 'neighbour', max: 10, waitMs: 0 });
    await buffer.ack(entries.map((entry) => entry.id));
    await sleep(1);
  }
};

const jobs: Record<string, () => Promise<void>> = { append, take, answer, neighbour };
await jobs[what ?? '']?.();
