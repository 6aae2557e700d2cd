import { randomUUID } from 'node:crypto';
import { encodeHitBatch, newId, topics } from '@pushtech/event';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnAll } from './on-engines.ts';
import { type Run, startRun } from './run.ts';

const batchOf = (ids: readonly string[]): string => {
  const now = Date.now();
  const header = {
    v: 1 as const,
    batch: newId(),
    at: now,
    received: [{ minute: now - (now % 60_000), n: ids.length }],
    dropped: [],
  };
  const lines = ids.map((id) =>
    JSON.stringify({
      id,
      type: 'fault',
      receivedAt: now,
      via: 'post',
      item: { id, type: 'fault', site: 'shop.example', properties: {} },
    }),
  );
  return encodeHitBatch(header, lines);
};

const rubbish = [
  '',
  'no JSON at all',
  '{"v":1}',
  '{"v":99,"batch":"x","received":[],"dropped":[]}',
  '\u0000\ud800\ufffe',
  `{"v":1,"batch":"${'x'.repeat(100_000)}`,
];

describeOnAll((on) => {
  let run: Run;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 1, enricher: 2, stats: 1 } });
  });
  afterAll(() => run?.close());

  it('tells a batch that came twice from events sent twice, and counts it once', async () => {
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const id of ids) run.alsoSent.add(id);
    const body = batchOf(ids);
    const { settled } = await run.round('the same batch twice', async () => {
      for (let n = 0; n < 3; n++) await run.append(body);
    });
    expect(ids.filter((id) => settled.events.get(id) !== 3)).toEqual([]);
    expect(settled.ledger.redelivered).toBeGreaterThanOrEqual(100);
  });

  it('parks a poison batch and goes on with all others', async () => {
    const good = randomUUID();
    const dead = (await run.logIds.look()).dead.size;
    run.alsoSent.add(good);
    const { settled } = await run.round('poison in the buffer', async () => {
      for (const body of rubbish) await run.append(body);
      const [header = ''] = batchOf([good]).split('\n');
      await run.append(`${header}\n{"broken`);
      await run.append(batchOf([good]));
      run.alsoSent.add((JSON.parse(header) as { batch: string }).batch);
    });
    expect(settled.ledger.dead - dead).toBe(rubbish.length + 1);
    expect(settled.events.get(good)).toBe(1);
  });

  it('parks a record that it cannot read, passes rubbish by, and counts all others', async () => {
    const id = randomUUID();
    run.poison.add(id);
    const now = Date.now();
    const received = { batch: newId(), tallies: [{ minute: now - (now % 60_000), n: 1 }] };
    const event = { v: 99, id, type: 'fault', receivedAt: new Date(now).toISOString() };
    const { settled } = await run.round('poison on the log', async () => {
      await run.logIds.append([
        ...[topics.received, topics.dropped].map((topic) => ({ topic, key: id, value: '{"rubbish":' })),
        { topic: topics.received, key: received.batch, value: JSON.stringify(received) },
        {
          topic: topics.events,
          key: id,
          value: JSON.stringify(event),
          headers: { origin: `${received.batch}/0` },
        },
      ]);
    });
    expect(settled.dead.get(id)).toBe(1);
  });
});
