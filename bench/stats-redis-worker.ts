// One side of `bench/stats-redis.ts`, in a process of its own: `<ours|plain|finest> <url> <load>`. Speaks by messages.
import { type Event, newId } from '@pushtech/event';
import { dimensions, openStats } from '@pushtech/stats';
import { Redis } from 'ioredis';
import { createLoad, type LoadName } from './stats-events.ts';

const [side, url = '', load = 'shop'] = process.argv.slice(2);
const BATCH = 500;

type Take = (events: readonly Event[], n: number) => Promise<void>;

/**
 * The reference: one HINCRBY for each counter of an event, 500 events in a pipeline. No duplicates, no visitors, no position.
 * @param levels totals by minute, hour and day and dimensions by hour and day, as we keep them; else only the finest
 */
const openPlain = (levels: boolean): Take => {
  const client = new Redis(url);
  return async (events) => {
    const pipeline = client.pipeline();
    for (const event of events) {
      const { occurredAt } = event;
      const series = `${event.site} ${event.type} ${event.bot ? 1 : 0}`;
      for (const length of levels ? [16, 13, 10] : [16]) {
        pipeline.hincrby(`${side}:${occurredAt.slice(0, length)}`, series, 1);
      }
      for (const { name, read } of dimensions) {
        const field = `${series} ${read(event)}`;
        for (const length of levels ? [13, 10] : [13]) {
          pipeline.hincrby(`${side}:${occurredAt.slice(0, length)}:${name}`, field, 1);
        }
      }
    }
    await pipeline.exec();
  };
};

const openOurs = async (): Promise<Take> => {
  const stats = await openStats(`${url}?prefix=ours_`, {});
  return async (events, n) => {
    const entries = Array.from({ length: BATCH / 100 }, newId);
    const records = events.map((event, i) => ({
      kind: 'event' as const,
      event,
      // As the enricher writes them: entries of 100.
      origin: `${entries[Math.floor(i / 100)]}/${i % 100}`,
    }));
    const result = await stats.apply({ source: 'events/0', from: n * BATCH, next: (n + 1) * BATCH, records });
    if (!result.applied || result.counted !== events.length)
      throw new Error(`not counted: ${JSON.stringify(result)}`);
  };
};

const take = side === 'ours' ? await openOurs() : openPlain(side === 'plain');
const next = createLoad(load as LoadName);
let batches: Event[][] = [];
let n = 0;

process.on('message', async (message: { make?: number; go?: true }) => {
  if (message.make) batches = Array.from({ length: message.make }, () => next(BATCH));
  else for (const batch of batches) await take(batch, n++);
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
