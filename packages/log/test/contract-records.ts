import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { collector, type Kit, numbered, readAll, record, until, values } from './kit.ts';

const strange: string[] = [
  '',
  'a\0b\0',
  'Grüße, 你好, 👩‍👩‍👧, \u202Eabc, \uFEFF',
  'a\nb\r\nc\u2028d\n\n',
  `'"\`; DROP TABLE log_topics; --`,
  'ä'.repeat(524_288),
];

/** What is appended is there, and can be read and tailed. */
export const recordPromises = ({ setUp, promise }: Kit): void => {
  promise('gives records back as they were appended', async (context) => {
    const { log } = await setUp(context);
    const before = Date.now();
    await log.append([
      { ...record('a'), headers: { origin: '1/2', 'ä"': '' } },
      record('b'),
      record('c', 'u'),
    ]);
    const found = await readAll(log);
    expect(found.find(({ value }) => value === 'a')).toMatchObject({
      topic: 't',
      key: 'key of a',
      headers: { origin: '1/2', 'ä"': '' },
    });
    expect(found.find(({ value }) => value === 'b')?.headers ?? {}).toEqual({});
    expect(found.every(({ at }) => Math.abs(at - before) < 5000)).toBe(true);
    expect(values(found).toSorted()).toEqual(['a', 'b']);
    expect(values(await readAll(log, 'u'))).toEqual(['c']);
  });

  promise('takes an empty append and reads an unknown topic as an empty one', async (context) => {
    const { log } = await setUp(context);
    await log.append([]);
    expect(await readAll(log, 'nothing')).toEqual([]);
    for (const range of await log.ranges('nothing')) expect(range.start).toBe(range.end);
  });

  promise('keeps every text of Unicode, live and stored', async (context) => {
    const { log, handle } = await setUp(context);
    const live = collector();
    await log.tail({ topics: ['t'], handle: live.handle });
    await log.append(strange.map((value) => record(value)));
    await until(() => expect(live.values().toSorted()).toEqual(strange.toSorted()));
    expect(values(await readAll(await handle())).toSorted()).toEqual(strange.toSorted());
  });

  promise('turns a lone surrogate, which is no text, into U+FFFD, live and stored', async (context) => {
    const { log, handle } = await setUp(context);
    const live = collector();
    await log.tail({ topics: ['t'], handle: live.handle });
    await log.append([record('a\uD800b')]);
    await until(() => expect(live.values()).toEqual(['a\uFFFDb']));
    expect(values(await readAll(await handle()))).toEqual(['a\uFFFDb']);
  });

  promise('reads single records by position and by time', async (context) => {
    const { log } = await setUp(context);
    await log.append(numbered(3));
    await sleep(30);
    const time = Date.now();
    await sleep(30);
    await log.append([record('later')]);
    expect(values(await readAll(log, 't', { time }))).toEqual(['later']);
    expect(await readAll(log, 't', 'latest')).toEqual([]);
    for (const wanted of await readAll(log)) {
      const { records, from, next } = await log.read('t', wanted.partition, wanted.position, 1);
      expect(records).toEqual([wanted]);
      expect(from).toBe(wanted.position);
      expect(next).toBeGreaterThan(wanted.position);
    }
  });

  promise('tails without a group: only what is new, or from where it is told', async (context) => {
    const { log } = await setUp(context);
    await log.append(numbered(3));
    const [fresh, all, unborn] = [collector(), collector(), collector()];
    const stopped = await log.tail({ topics: ['t'], handle: fresh.handle });
    await log.tail({ topics: ['t'], from: 'earliest', maxRecords: 1, handle: all.handle });
    await log.tail({ topics: ['unborn'], handle: unborn.handle });
    await log.append([record('new'), record('born', 'unborn')]);
    await until(() => expect(fresh.values()).toEqual(['new']));
    await until(() => expect(all.values().toSorted()).toEqual(['0', '1', '2', 'new']));
    await until(() => expect(unborn.values()).toEqual(['born']), 15_000);
    expect(all.batches.every((batch) => batch.records.length === 1)).toBe(true);
    await stopped.stop();
    await log.append([record('unseen')]);
    await until(() => expect(all.values()).toContain('unseen'));
    expect(fresh.values()).toEqual(['new']);
  });

  promise('keeps what was being appended when it was closed', async (context) => {
    const { log, handle } = await setUp(context);
    const results = Promise.allSettled(numbered(50).map((one) => log.append([one])));
    await log.close();
    const outcomes = await results;
    const kept = values(numbered(50)).filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(kept.length).toBeGreaterThan(0);
    expect(values(await readAll(await handle()))).toEqual(expect.arrayContaining(kept));
  });

  promise('keeps every acknowledged append of a process that is killed', async (context) => {
    const { log, child } = await setUp(context);
    const appender = child('append');
    await appender.said('500');
    await appender.kill();
    const found = new Set(values(await readAll(log)));
    expect(appender.lines.filter((line) => !found.has(line))).toEqual([]);
  });

  promise('wakes a subscriber when another process appends', async (context) => {
    const { log, child } = await setUp(context);
    const found = collector();
    await log.tail({ topics: ['t'], handle: found.handle });
    const other = child('answer');
    await other.said('ready');
    other.process.stdin?.write('from afar\n');
    await until(() => expect(found.values()).toEqual(['from afar']), 2000);
  });
};
