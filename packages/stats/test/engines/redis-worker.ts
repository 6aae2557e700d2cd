// A stats worker in a process of its own: `<url> <seed> <events> <source>`. Applies the same batches each time it is run,
// going on where the stats are, and says how far it is; ends when all is in.
import { openStats } from '../../src/index.ts';
import { asRecords, generateEvents } from '../generate.ts';

const [url = '', seed = '1', n = '0', source = 'events/0'] = process.argv.slice(2);
const BATCH = 130;
const NOW = Date.UTC(2026, 5, 15, 12);

const stats = await openStats(url, { clock: () => NOW });
const records = asRecords(
  generateEvents(Number(n), { from: NOW - 9e7, to: NOW, seed: Number(seed) }).map((event, i) => ({
    ...event,
    id: `${String(seed).padStart(8, '0')}-0000-7000-8000-${String(i).padStart(12, '0')}`,
  })),
  `batch-${seed}`,
);
for (let from = (await stats.position(source)) ?? 0; from < records.length; ) {
  const next = Math.min(from + BATCH, records.length);
  const result = await stats.apply({ source, from, next, records: records.slice(from, next) });
  from = result.applied ? next : result.expected;
  console.log(`at ${from}`);
}
console.log('done');
await stats.close();
