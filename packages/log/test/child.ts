// Run by the contract as a process of its own: `child.ts <url> <what>`. Says `ready` or what it did, line by line.
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog } from '../src/index.ts';

const [url = '', what = ''] = process.argv.slice(2);
const log = await openLog(url);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Appends until it is killed, ten records at a time; says every number whose append has resolved. */
const append = async (): Promise<void> => {
  for (let n = 0; ; n += 10) {
    const values = Array.from({ length: 10 }, (_, i) => `${n + i}`);
    await log.append(values.map((value) => ({ topic: 't', key: value, value })));
    say(values.join('\n'));
  }
};

/** Works in group `g` on topic `t`; says every value. */
const member = async (): Promise<void> => {
  await log.subscribe({
    topics: ['t'],
    group: 'g',
    async handle(batch) {
      for (const { value } of batch.records) say(value);
      return undefined;
    },
  });
  say('ready');
};

/** Appends one record whenever it is told to. */
const answer = async (): Promise<void> => {
  say('ready');
  for await (const chunk of process.stdin) {
    await log.append([{ topic: 't', key: 'k', value: String(chunk).trim() }]);
  }
};

/** Writes to the same place under another prefix, as fast as it can. */
const neighbour = async (): Promise<void> => {
  say('ready');
  for (;;) {
    await log.append([{ topic: 't', key: 'k', value: 'not yours' }]);
    await sleep(1);
  }
};

const jobs: Record<string, () => Promise<void>> = { append, member, answer, neighbour };
await jobs[what]?.();
