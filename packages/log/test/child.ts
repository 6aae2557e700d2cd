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

/** Works in group `g` one record at a time; hangs for 13 s with the first, so that nothing else of it runs. */
const hang = async (): Promise<void> => {
  await log.subscribe({
    topics: ['t'],
    group: 'g',
    maxRecords: 1,
    async handle({ records }) {
      const value = records[0]?.value ?? '';
      say(value);
      if (value === '0') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 13_000);
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

/** Says which share of a core five idle seconds took, with a producer, a group and a tail open. */
const idle = async (): Promise<void> => {
  const handle = async () => undefined;
  await log.append([{ topic: 't', key: 'k', value: 'v' }]);
  await log.subscribe({ topics: ['t'], group: 'g', handle });
  await log.tail({ topics: ['t'], handle });
  await sleep(3000);
  const before = process.cpuUsage();
  await sleep(5000);
  const { user, system } = process.cpuUsage(before);
  say(`${(user + system) / 5e6}`);
  say('done');
};

const jobs: Record<string, () => Promise<void>> = { append, member, answer, neighbour, idle, hang };
await jobs[what]?.();
