import {
  type DeadLetter,
  type DropRecord,
  type Event,
  newId,
  PushtechError,
  type ReceivedRecord,
  topics,
} from '@pushtech/event';
import type { Log } from '@pushtech/log';
import { describe, expect, it } from 'vitest';
import { createCounts } from '../src/counts.ts';
import { createDropPolicy } from '../src/drop-policy.ts';
import { createWork } from '../src/work.ts';
import { enricherOf, entryOf, openEngines, readTopic, silent, untilEmpty } from './engines.ts';
import { pixel, posted, RECEIVED_AT, steps } from './through.ts';

const many = (n: number) =>
  Array.from({ length: n }, () => posted({ url: 'https://shop.example/' }, { id: newId() }));

const idsOf = async (log: Log) => (await readTopic<Event>(log, topics.events)).map(({ key }) => key);

it('says when its loop has ended for good, and still stops', async () => {
  await using engines = await openEngines();
  await engines.buffer.append('no entry');
  const enricher = enricherOf(engines, {
    clock() {
      throw new Error('the clock broke');
    },
  });
  await enricher.start();
  await expect(enricher.failed).rejects.toThrow('the clock broke');
  await enricher.stop();
});

describe('the enricher', () => {
  it('gives every line and every refusal of an entry exactly one record, with its origin, then acknowledges', async () => {
    await using engines = await openEngines();
    const { buffer, log } = engines;
    const refused: DropRecord = {
      at: '2026-05-17T10:05:00.000Z',
      reason: 'type_invalid',
      step: 'tracker',
      n: 2,
    };
    const kept = pixel('url=https://shop.example/', { id: newId() });
    const elsewhere = pixel('url=https://other.example/', { id: newId(), run: 'r' });
    const { batch, body } = entryOf([kept, 'broken', elsewhere, pixel('lat=999&lng=0')], [refused]);
    await buffer.append(body);
    const enricher = enricherOf(engines, { sites: ['shop.example'] });
    await enricher.start();
    await untilEmpty(buffer);
    await enricher.stop();

    const events = await readTopic<Event>(log, topics.events);
    expect(events).toMatchObject([
      { key: kept.id, origin: `${batch}/0`, value: { site: 'shop.example', place: { city: 'London' } } },
    ]);
    const dead = await readTopic<DeadLetter>(log, topics.dead);
    expect(dead.map(({ origin, value }) => [origin, value.step, value.reason])).toEqual([
      [`${batch}/1`, 'parse', 'line_invalid'],
      [`${batch}/3`, 'validate', 'value_invalid'],
    ]);
    const dropped = await readTopic<DropRecord>(log, topics.dropped);
    expect(dropped.map(({ origin, value }) => [origin, value])).toEqual([
      [
        `${batch}/2`,
        {
          at: '2026-05-17T10:05:00.123Z',
          reason: 'site',
          step: 'visitor',
          n: 1,
          id: elsewhere.id,
          type: 'pageview',
          site: 'other.example',
          run: 'r',
        },
      ],
      [`${batch}/4`, refused],
    ]);
    const received = await readTopic<ReceivedRecord>(log, topics.received);
    expect(received).toMatchObject([{ key: batch, value: { batch, tallies: [{ n: 6 }] } }]);
  });

  it('keeps the line of a dead letter but for the address', async () => {
    await using engines = await openEngines();
    const line = '{"broken": true, "ip":"81.2.69.142", "text":"\ud83d\ude00 <b>"';
    await engines.buffer.append(entryOf([line]).body);
    const enricher = enricherOf(engines);
    await enricher.start();
    await untilEmpty(engines.buffer);
    await enricher.stop();
    const [dead] = await readTopic<DeadLetter>(engines.log, topics.dead);
    expect(dead?.value.original).toBe(line.replace('81.2.69.142', '81.2.69.0'));
  });

  it.each(['', 'garbage', 'null', '{}', '{"v":1,"batch":"b","received":[],"dropped":[null]}'])(
    'makes the entry %j, which cannot be read, one hit received and one dead letter',
    async (body) => {
      await using engines = await openEngines();
      await engines.buffer.append(body);
      await engines.buffer.append(entryOf(many(1)).body);
      const enricher = enricherOf(engines);
      await enricher.start();
      await untilEmpty(engines.buffer);
      await enricher.stop();
      const dead = await readTopic<DeadLetter>(engines.log, topics.dead);
      expect(dead).toMatchObject([{ value: { reason: 'entry_invalid', original: body } }]);
      const received = await readTopic<ReceivedRecord>(engines.log, topics.received);
      expect(received.map(({ value }) => value.tallies.map(({ n }) => n))).toEqual([[1], [1]]);
      expect(received[0]?.value.batch).toMatch(/^unreadable-/);
      expect(await idsOf(engines.log)).toHaveLength(1);
    },
  );

  it('makes a hit on which a step crashes a dead letter, and goes on', async () => {
    await using engines = await openEngines();
    const crashing = {
      name: 'crashing',
      run({ hit }: { hit: { type: string } }) {
        if (hit.type === 'boom') throw new Error('boom');
        return undefined;
      },
    };
    const work = createWork({
      ...engines,
      worker: 'test',
      record: silent,
      steps: [...steps(), crashing],
      counts: createCounts(),
      drops: createDropPolicy(Date.now),
      clock: Date.now,
    });
    await engines.buffer.append(entryOf([pixel('', { type: 'boom' }), ...many(2)]).body);
    work.start();
    await untilEmpty(engines.buffer);
    await work.stop();
    const [dead] = await readTopic<DeadLetter>(engines.log, topics.dead);
    expect(dead?.value).toMatchObject({ reason: 'crash', step: 'crashing', message: 'boom' });
    expect(await idsOf(engines.log)).toHaveLength(2);
  });

  it('acknowledges nothing while the log refuses, says so, and goes on when it takes again', async () => {
    await using engines = await openEngines();
    const { buffer, log } = engines;
    let refusing = true;
    const moody: Log = {
      ...log,
      append: async (records) => {
        if (refusing) throw new PushtechError('LOG_FULL', 'retry', 'the log is full');
        await log.append(records);
      },
    };
    const hits = many(3);
    await buffer.append(entryOf(hits).body);
    const enricher = enricherOf({ buffer, log: moody });
    await enricher.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await buffer.status()).entries).toBe(1);
    expect((await enricher.status()).degraded).toEqual([expect.stringContaining('the log is full')]);
    refusing = false;
    await untilEmpty(buffer);
    expect((await enricher.status()).degraded).toEqual([]);
    await enricher.stop();
    expect(await idsOf(log)).toEqual(hits.map(({ id }) => id));
  });

  it('loses nothing when it is stopped in the middle and another copy goes on', async () => {
    await using engines = await openEngines();
    const { buffer, log } = engines;
    const all = many(3000);
    for (let i = 0; i < all.length; i += 100) await buffer.append(entryOf(all.slice(i, i + 100)).body);
    const first = enricherOf(engines);
    await first.start();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await first.stop();
    const before = await idsOf(log);
    expect(before.length).toBeLessThan(all.length);
    const second = enricherOf(engines);
    await second.start();
    await untilEmpty(buffer);
    await second.stop();
    await second.stop();
    expect(new Set(await idsOf(log))).toEqual(new Set(all.map(({ id }) => id)));
  });

  it('stops at once when nothing is to be done', async () => {
    await using engines = await openEngines();
    const enricher = enricherOf(engines);
    await enricher.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const start = performance.now();
    await enricher.stop();
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('records drops one by one up to 100 a second, the others as tallies that add up', async () => {
    await using engines = await openEngines();
    const hits = Array.from({ length: 250 }, () =>
      pixel('url=https://other.example/', { id: newId(), run: 'r' }),
    );
    await engines.buffer.append(entryOf(hits).body);
    const enricher = enricherOf(engines, { sites: ['shop.example'], clock: () => RECEIVED_AT });
    await enricher.start();
    await untilEmpty(engines.buffer);
    await enricher.stop();
    const dropped = (await readTopic<DropRecord>(engines.log, topics.dropped)).map(({ value }) => value);
    expect(dropped.filter(({ id }) => id !== undefined)).toHaveLength(100);
    expect(dropped.filter(({ id }) => id === undefined)).toEqual([
      { at: '2026-05-17T10:05:00.000Z', reason: 'site', step: 'visitor', n: 150, run: 'r' },
    ]);
  });

  it('brings a single hit from the buffer to the log in less than 50 ms', async () => {
    await using engines = await openEngines();
    const enricher = enricherOf(engines);
    await enricher.start();
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      const start = performance.now();
      await engines.buffer.append(entryOf(many(1)).body);
      while ((await engines.log.ranges(topics.events))[0]?.end !== i + 1)
        await new Promise((resolve) => setTimeout(resolve, 1));
      times.push(performance.now() - start);
    }
    await enricher.stop();
    expect(times.sort((a, b) => a - b)[3]).toBeLessThan(50);
  });
});
