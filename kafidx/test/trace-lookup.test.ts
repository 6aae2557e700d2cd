import { newId, topics } from '@pushtech/event';
import { type Log, type NewRecord, openLog } from '@pushtech/log';
import { engineUrl, needs } from '@pushtech/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLetters } from '../src/dead/letters.ts';
import { findTrace } from '../src/trace/find-trace.ts';
import { eventOf } from './start.ts';

const keep = async (url: string): Promise<Log> => {
  const log = await openLog(url);
  onTestFinished(() => log.close());
  return log;
};

const eventRecord = (id: string, origin: string): NewRecord => ({
  topic: topics.events,
  key: id,
  value: JSON.stringify(eventOf({ id })),
  headers: { origin },
});

const letterRecord = (id: string, n: number): NewRecord => {
  const at = new Date().toISOString();
  const letter = {
    at,
    reason: n % 3 === 0 ? 'often' : 'more often',
    step: 'validate',
    message: 'title: no',
    id,
  };
  const original = { original: `{"n":${n}}`, encoding: 'utf8', position: `entry/${n}` };
  return { topic: topics.dead, key: id, value: JSON.stringify({ ...letter, ...original }) };
};

const dropRecord = (id: string): NewRecord => ({
  topic: topics.dropped,
  key: id,
  value: JSON.stringify({ at: new Date().toISOString(), reason: 'site', step: 'visitor', n: 1, id }),
});

/** The same on every engine, with one partition or several. */
const promises = (open: () => Promise<Log>): void => {
  it('finds one id among many, wherever it lies, and tells duplicates from redeliveries', async () => {
    const log = await open();
    const [kept, dead, dropped] = [newId(), newId(), newId()];
    const others = Array.from({ length: 500 }, (_, n) => eventRecord(newId(), `other/${n}`));
    await log.append([...others, eventRecord(kept, `${newId()}/0`)]);
    const batch = newId();
    await log.append([eventRecord(kept, `${batch}/7`), letterRecord(dead, 1), dropRecord(dropped)]);
    await log.append([eventRecord(kept, `${batch}/7`)]);
    const trace = (id: string) => findTrace(id, { log, clock: Date.now });

    expect(await trace(kept)).toMatchObject({ verdict: 'kept', duplicates: 1, redeliveries: 1 });
    expect((await trace(kept)).records).toHaveLength(3);
    expect(await trace(dead)).toMatchObject({ verdict: 'dead', records: [{ topic: topics.dead }] });
    expect(await trace(dropped)).toMatchObject({ verdict: 'dropped', records: [{ topic: topics.dropped }] });
    expect(await trace(newId())).toMatchObject({ verdict: 'unknown', records: [] });
    expect(await trace('01700000-0000-7000-8000-000000000000')).toMatchObject({ verdict: 'expired' });
  });

  it('lists dead letters newest first, by reason, and sees new ones', async () => {
    const log = await open();
    const ids = Array.from({ length: 1300 }, () => newId());
    await log.append(ids.map(letterRecord));
    const letters = createLetters(log);
    expect(await letters.refresh(20_000)).toMatchObject({
      complete: true,
      capped: false,
      looked: 1300,
      of: 1300,
    });
    expect(letters.count({}).map(({ reason, n }) => [reason, n])).toEqual([
      ['more often', 866],
      ['often', 434],
    ]);
    expect(new Set(letters.find({}).map(({ id }) => id))).toEqual(new Set(ids));
    expect(letters.find({ reason: 'often' })).toHaveLength(434);
    const last = newId();
    await log.append([letterRecord(last, 0)]);
    await letters.refresh(20_000);
    expect(letters.find({})[0]?.id).toBe(last);
    expect(letters.find({ id: last })).toHaveLength(1);
    expect(letters.byEntry('entry/5')?.id).toBe(ids[5]);
  });
};

describe('on sqlite', () => {
  promises(() => keep('sqlite::memory:'));

  it('forgets letters that retention took', async () => {
    const log = await keep('sqlite::memory:?retentionMs=300&sweepMs=50');
    await log.append(Array.from({ length: 30 }, (_, n) => letterRecord(newId(), n)));
    const letters = createLetters(log);
    await letters.refresh(5000);
    expect(letters.find({})).toHaveLength(30);
    await expect.poll(async () => (await letters.refresh(1000)).of, { timeout: 10_000 }).toBe(0);
    expect(letters.find({})).toEqual([]);
  });

  it('says so when the log is away', async () => {
    const log = await openLog('sqlite::memory:');
    await log.close();
    const found = await findTrace(newId(), { log, clock: Date.now });
    expect(found.verdict).toBe('unavailable');
    expect(found.parts.find(({ part }) => part === 'received')?.state).toBe('unavailable');
  });
});

needs('kafka')('on Kafka', () => {
  const prefix = () => `kafidx${newId().slice(-12)}_`;
  promises(() => keep(`kafka://${engineUrl('kafka')}?prefix=${prefix()}`));
});
