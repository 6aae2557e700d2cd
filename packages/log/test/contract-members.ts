import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { collector, committed, end, type Kit, numbered, record, sorted, until, values } from './kit.ts';

/** Who of a group works, and what becomes of the work of those who leave. */
export const memberPromises = ({ setUp, promise, slowPromise }: Kit): void => {
  promise('gives each record to one member of a group, and all to the one that stays', async (context) => {
    const { log, handle } = await setUp(context);
    const [one, two] = [collector(), collector()];
    const leaving = await log.subscribe({ topics: ['t'], group: 'g', handle: one.handle });
    const other = await handle();
    await other.subscribe({ topics: ['t'], group: 'g', handle: two.handle });
    await log.append(numbered(100));
    await until(() => expect(one.values().length + two.values().length).toBe(100));
    expect(sorted([...one.values(), ...two.values()])).toEqual(values(numbered(100)));
    await leaving.stop();
    await log.append([record('after')]);
    await until(() => expect(two.values()).toContain('after'), 15_000);
    expect(one.values()).not.toContain('after');
  });

  promise('may be closed twice, stops its subscriptions, and refuses work afterwards', async (context) => {
    const { log } = await setUp(context);
    await log.subscribe({ topics: ['t'], group: 'g', handle: collector().handle });
    await Promise.all([log.close(), log.close()]);
    await log.close();
    const closed = { code: 'LOG_CLOSED', kind: 'fatal' };
    await expect(log.append([record('a')])).rejects.toMatchObject(closed);
    await expect(log.ranges('t')).rejects.toMatchObject(closed);
  });

  slowPromise('takes over from a member that was killed, within 10 s of its last sign', async (context) => {
    const { log, child } = await setUp(context);
    const doomed = child('member');
    await doomed.said('ready');
    await log.append([record('early')]);
    await doomed.said('early');
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await doomed.kill();
    await log.append([record('late')]);
    await until(() => expect(found.values()).toContain('late'), 11_000);
  });

  slowPromise('lets nobody commit or work who was silent for too long', async (context) => {
    const { log, child } = await setUp(context);
    const stale = child('member');
    await stale.said('ready');
    await log.append([record('early')]);
    await stale.said('early');
    stale.process.kill('SIGSTOP');
    const found = collector();
    await log.subscribe({ topics: ['t'], group: 'g', handle: found.handle });
    await log.append(numbered(20));
    await until(() => expect(found.values()).toEqual(expect.arrayContaining(['0', '19'])), 15_000);
    await until(async () => expect(await committed(log)).toBe(await end(log)));
    stale.process.kill('SIGCONT');
    await sleep(500);
    await log.append([record('last')]);
    await until(() => expect(found.values().concat(stale.lines)).toContain('last'), 15_000);
    await until(async () => expect(await committed(log)).toBe(await end(log)));
    expect(stale.lines.filter((line) => /^\d+$/.test(line) && found.values().includes(line))).toEqual([]);
    expect([...found.values(), ...stale.lines].filter((value) => value === 'last')).toEqual(['last']);
  });
};
