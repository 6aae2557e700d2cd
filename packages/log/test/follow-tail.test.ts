import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createFollower, type Log, openLog, type Subscription } from '../src/index.ts';
import { collector, record, until } from './kit.ts';

/** A follower of a real log whose tails can be refused and broken. */
const setUp = async (times: { lingerMs?: number; retryMs?: number } = {}) => {
  const real = await openLog('sqlite::memory:');
  const state = { down: false, tails: 0, asked: 0, break: (_error: Error): void => {} };
  const tail: Log['tail'] = async (options): Promise<Subscription> => {
    state.asked += 1;
    if (state.down) throw new Error('no log here');
    const { stop } = await real.tail(options);
    state.tails += 1;
    const failed = new Promise<never>((_, reject) => {
      state.break = reject;
    });
    const stopOnce = (): Promise<void> => {
      state.tails -= 1;
      return stop();
    };
    return { failed, stop: stopOnce };
  };
  const failures: string[] = [];
  const seen = collector();
  const follower = createFollower({
    log: { ...real, tail },
    topics: ['t'],
    handle: async (batch) => void (await seen.handle(batch)),
    failed: ({ message }) => failures.push(message),
    retryMs: 20,
    ...times,
  });
  onTestFinished(async () => {
    await follower.end();
    await real.close();
  });
  const append = (value: string): Promise<void> => real.append([record(value)]);
  return { follower, state, failures, seen, append };
};

test('sees every record after follow, with one tail however many want it, and none before', async () => {
  const { follower, state, seen, append } = await setUp();
  await append('before');
  expect(state.asked).toBe(0);
  await Promise.all([follower.follow(), follower.follow(), follower.follow()]);
  await append('after');
  await until(() => expect(seen.values()).toEqual(['after']));
  expect(state.asked).toBe(1);
});

test('goes on by itself after a break, says why it stands still, and tells of it once', async () => {
  const { follower, state, failures, seen, append } = await setUp();
  await follower.follow();
  state.down = true;
  state.break(new Error('gone'));
  await until(() => expect(state.asked).toBeGreaterThan(2));
  expect(follower.problem()).toBe('the log cannot be read: no log here');
  expect([failures, state.tails]).toEqual([['gone'], 0]);
  state.down = false;
  await until(() => expect(follower.problem()).toBeUndefined());
  await append('again');
  await until(() => expect(seen.values()).toEqual(['again']));
  state.break(new Error('gone once more'));
  await until(() => expect(failures).toEqual(['gone', 'gone once more']));
});

test('rejects follow while the log is down, and is there when the log is', async () => {
  const { follower, state } = await setUp();
  state.down = true;
  await expect(follower.follow()).rejects.toThrow('no log here');
  await expect(follower.follow()).rejects.toThrow('no log here');
  state.down = false;
  await until(() => expect(state.tails).toBe(1));
  expect(follower.problem()).toBeUndefined();
});

test('reads on for a while after release, and stays when somebody comes in time', async () => {
  const { follower, state } = await setUp({ lingerMs: 200 });
  await follower.follow();
  follower.release();
  await follower.follow();
  await sleep(400);
  expect([state.tails, state.asked]).toEqual([1, 1]);
  follower.release();
  await until(() => expect(state.tails).toBe(0));
});

test('tries no more after end, and can begin anew', async () => {
  const { follower, state } = await setUp();
  state.down = true;
  await follower.follow().catch(() => {});
  await follower.end();
  const { asked } = state;
  await sleep(100);
  expect([state.asked, follower.problem()]).toEqual([asked, undefined]);
  state.down = false;
  await follower.follow();
  expect(state.tails).toBe(1);
});
