import { createErasureKey, type Event, topics } from '@pushtech/event';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  appendErasures,
  honourErasures,
  keepingOf,
  type Leave,
  listErasures,
  openLog,
} from '../src/index.ts';

const SECRET = 'k'.repeat(40);
const AT = Date.UTC(2026, 5, 15, 12);
const keyOf = createErasureKey(SECRET);

const eventOf = (visitor: string | undefined, receivedAt = AT - 1): Event => ({
  v: 1,
  id: '00000000-0000-7000-8000-000000000001',
  type: 'pageview',
  site: 'a.example',
  receivedAt: new Date(receivedAt).toISOString(),
  occurredAt: new Date(receivedAt).toISOString(),
  via: 'post',
  ...(visitor !== undefined && { visitor, session: 's' }),
  page: { url: `https://a.example/${visitor}`, host: 'a.example', path: `/${visitor}` },
  ip: '192.0.2.0',
  properties: { mail: visitor ?? '' },
});

const recordOf = (value: object, topic: string = topics.events) => ({
  topic,
  key: 'key',
  value: JSON.stringify(value),
  headers: { origin: 'b/1' },
});

const letterOf = (original: string, at = AT - 1) => ({
  ...{ at: new Date(at).toISOString(), reason: 'line_invalid', step: 'parse', message: 'x' },
  ...{ original, encoding: 'utf8', position: '1/0' },
});

const openBoth = async (leave: Leave = 'trace') => {
  const whole = await openLog('sqlite::memory:');
  onTestFinished(() => whole.close());
  return { whole, log: honourErasures(whole, { secretKey: SECRET, leave }) };
};

const valuesOf = async (log: Awaited<ReturnType<typeof openLog>>, topic: string = topics.events) =>
  (await log.read(topic, 0, 'earliest', 100)).records.map(({ value }) => JSON.parse(value));

describe('a log that honours erasures', () => {
  it('gives nothing of a forgotten visitor but that there was an event, whoever asks however', async () => {
    const { whole, log } = await openBoth();
    await whole.append([recordOf(eventOf('zoe')), recordOf(eventOf('other')), recordOf(eventOf(undefined))]);
    await appendErasures(whole, [{ visitor: keyOf('zoe'), at: AT }]);
    const { id, type, site, receivedAt, occurredAt, via } = eventOf('zoe');
    const left = { v: 1, id, type, site, receivedAt, occurredAt, via, properties: {} };
    const expected = [left, eventOf('other'), eventOf(undefined)];
    expect(await valuesOf(log)).toEqual(expected);

    const found = await log.find(topics.events, 'key');
    expect(found.records.map(({ value }) => JSON.parse(value)).reverse()).toEqual(expected);
    expect(found.records[0]?.headers).toEqual({ origin: 'b/1' });
    for (const follow of ['tail', 'subscribe'] as const) {
      const got: unknown[] = [];
      const options = {
        topics: [topics.events],
        group: 'g',
        from: 'earliest' as const,
        async handle(batch: { records: { value: string }[] }): Promise<undefined> {
          got.push(...batch.records.map(({ value }) => JSON.parse(value)));
        },
      };
      const subscription = await log[follow](options);
      await expect.poll(() => got.length).toBe(3);
      await subscription.stop();
      expect(got, follow).toEqual(expected);
    }
    expect(await valuesOf(whole)).toEqual([eventOf('zoe'), eventOf('other'), eventOf(undefined)]);
  });

  it('leaves to who counts all but visitor and session', async () => {
    const { whole, log } = await openBoth('numbers');
    await whole.append([recordOf(eventOf('zoe'))]);
    await appendErasures(whole, [{ visitor: keyOf('zoe'), at: AT }]);
    const { visitor: _, session: __, ...rest } = eventOf('zoe');
    expect(await valuesOf(log)).toEqual([rest]);
  });

  it('knows who comes again after the erasure, and another key’s erasures not at all', async () => {
    const { whole, log } = await openBoth();
    await whole.append([recordOf(eventOf('zoe', AT)), recordOf(eventOf('other', AT - 1))]);
    const elsewhere = createErasureKey('l'.repeat(40))('other');
    await appendErasures(whole, [
      { visitor: keyOf('zoe'), at: AT },
      { visitor: elsewhere, at: AT },
    ]);
    expect(await valuesOf(log)).toEqual([eventOf('zoe', AT), eventOf('other', AT - 1)]);
  });

  it('blanks dead letters that name a forgotten visitor, in the clear or encoded', async () => {
    const { whole, log } = await openBoth();
    const letters = [
      letterOf('{"item":{"vid":"zoe"'),
      letterOf('{"query":"vid=%7a%6f%65"}'),
      { ...letterOf(Buffer.from('{"vid":"zoe"').toString('base64')), encoding: 'base64' },
      letterOf('{"item":{"vid":"other"'),
      letterOf('{"item":{"vid":"zoe"', AT),
    ];
    await whole.append(letters.map((letter) => recordOf(letter, topics.dead)));
    await appendErasures(whole, [{ visitor: keyOf('zoe'), at: AT }]);
    const found = await valuesOf(log, topics.dead);
    expect(found.map(({ original }) => original)).toEqual([
      '',
      '',
      '',
      letters[3]?.original,
      letters[4]?.original,
    ]);
    expect(found[0]).toMatchObject({ message: 'erased', reason: 'line_invalid', position: '1/0' });
  });

  it('hands out nothing while erasures cannot be read', async () => {
    const { whole } = await openBoth();
    await whole.append([recordOf(eventOf('zoe'))]);
    const down = { ...whole, ranges: () => Promise.reject(new Error('down')) };
    const log = honourErasures(down, { secretKey: SECRET, leave: 'trace' });
    await expect(log.read(topics.events, 0, 'earliest', 9)).rejects.toThrow('down');
    await expect(log.find(topics.events, 'key')).rejects.toThrow('down');
  });

  it('hears of an erasure within 2 s, and passes over what is no erasure', async () => {
    const { whole, log } = await openBoth();
    await whole.append([recordOf(eventOf('zoe')), { topic: topics.erased, key: 'x', value: 'no JSON' }]);
    await whole.append([recordOf({ visitor: 1, at: 'never' }, topics.erased)]);
    expect(await valuesOf(log)).toEqual([eventOf('zoe')]);
    await appendErasures(whole, [{ visitor: keyOf('zoe'), at: AT }]);
    await expect.poll(async () => (await valuesOf(log))[0].visitor, { timeout: 3000 }).toBeUndefined();
    expect(await listErasures(whole)).toEqual([{ visitor: keyOf('zoe'), at: AT }]);
  });
});

it('erasures are kept twice as long as what they are about, and never deleted for their size', () => {
  expect(keepingOf(topics.erased, { ms: 5, bytes: 7 })).toEqual({ ms: 10, bytes: 0 });
  expect(keepingOf(topics.events, { ms: 5, bytes: 7 })).toEqual({ ms: 5, bytes: 7 });
  expect(keepingOf(topics.erased, { ms: 0, bytes: 0 })).toEqual({ ms: 0, bytes: 0 });
});
