import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Arrival, createArrivals } from '../src/arrivals/arrivals.ts';

const start = async (limit?: number) => {
  const log = await openLog('sqlite::memory:');
  const tail = vi.spyOn(log, 'tail');
  const failures: Error[] = [];
  const arrivals = createArrivals({ log, failed: (error) => failures.push(error), ...(limit && { limit }) });
  onTestFinished(async () => {
    await arrivals.stop();
    await log.close();
  });
  const append = (value: string, topic: string = topics.events) => log.append([{ topic, key: 'k', value }]);
  return { arrivals, tail, append, failures };
};

const listener = (...marks: string[]) => {
  const got: Arrival[] = [];
  return { marks, got, take: (arrival: Arrival) => void got.push(arrival) };
};

it('hands each listener the records with its mark, from one reader of the log for all', async () => {
  const { arrivals, tail, append } = await start();
  const [one, two] = [listener('first'), listener('second', '"site":"b"')];
  await arrivals.listen(one);
  await arrivals.listen(two);
  await append('{"id":"first"}');
  await append('{"id":"second"}', topics.dead);
  await append('{"site":"b"}', topics.dropped);
  await append('{"id":"third"}');
  await append('no json: first');
  await append('"first"');
  await vi.waitFor(() => expect(two.got).toHaveLength(2));
  await sleep(100);
  expect(one.got.map(({ record }) => record)).toEqual([{ id: 'first' }]);
  expect(two.got.map(({ topic }) => topic).sort()).toEqual([topics.dead, topics.dropped]);
  expect(one.got[0]?.at).toBeGreaterThan(1_700_000_000_000);
  expect(tail).toHaveBeenCalledTimes(1);
});

it('lets no more listen than it may, and takes the next when one has left', async () => {
  const { arrivals } = await start(2);
  const leave = await arrivals.listen(listener('a'));
  await arrivals.listen(listener('b'));
  expect(await arrivals.listen(listener('c'))).toBeUndefined();
  leave?.();
  leave?.();
  expect(arrivals.size).toBe(1);
  expect(await arrivals.listen(listener('c'))).toBeTypeOf('function');
});

it('hands nothing to those who have left, and stops reading with the service', async () => {
  const { arrivals, append } = await start();
  const gone = listener('x');
  (await arrivals.listen(gone))?.();
  await append('{"id":"x"}');
  await sleep(200);
  expect(gone.got).toEqual([]);
  await arrivals.stop();
  await expect(arrivals.listen(listener('x'))).rejects.toThrow('stopping');
});
