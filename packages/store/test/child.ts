// Run by the contract as a process of its own: `child.ts <url> <what>`. Says what it did, line by line.
import { openStore } from '../src/index.ts';

const [url = '', what = ''] = process.argv.slice(2);
const store = await openStore(url);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Adds 1 to an account twenty times. */
const count = async (): Promise<void> => {
  await store.accounts.get('a');
  say('ready');
  for (let n = 0; n < 20; n++) {
    await store.accounts.update('a', (found) => ({ ...found, createdAt: found.createdAt + 1 }));
  }
  say('done');
};

/** Inserts until it is killed; says every id whose insert has resolved. */
const insert = async (): Promise<void> => {
  for (let n = 0; ; n++) {
    await store.goals.insert({ id: `${n}`, name: '', type: 't', conditions: [], createdAt: 0 });
    say(`${n}`);
  }
};

/** Writes to the same place under another prefix, as fast as it can. */
const neighbour = async (): Promise<void> => {
  for (let n = 0; ; n++) {
    await store.goals.insert({ id: `${n}`, name: 'not yours', type: 't', conditions: [], createdAt: 0 });
    if (n === 0) say('ready');
    await store.goals.remove(`${n - 50}`);
  }
};

const jobs: Record<string, () => Promise<void>> = { count, insert, neighbour };
await jobs[what]?.();
await store.close();
