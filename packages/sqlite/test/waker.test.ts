import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createWaker } from '../src/index.ts';

const setUp = () => {
  const state = { version: 1, polls: 0 };
  const waker = createWaker(() => {
    state.polls += 1;
    return state.version;
  });
  onTestFinished(waker.close);
  return { state, waker };
};

/** Waits until nothing is new: the first look always finds something. */
const settled = async () => {
  const { state, waker } = setUp();
  await waker.wait(1000);
  return { state, waker };
};

const took = async (promise: Promise<void>): Promise<number> => {
  const begun = performance.now();
  await promise;
  return performance.now() - begun;
};

test('looks about every 50 ms when nothing comes, once for all who wait, and not at all when nobody waits', async () => {
  const { state, waker } = await settled();
  state.polls = 0;
  await Promise.all(Array.from({ length: 20 }, () => waker.wait(1000)));
  expect(state.polls).toBeGreaterThan(10);
  expect(state.polls).toBeLessThan(35);
  await sleep(60);
  state.polls = 0;
  await sleep(200);
  expect(state.polls).toBe(0);
});

// Others use the machine too: what counts is that it can be kept.
test('wakes everybody at once within the process', { retry: 2 }, async () => {
  const { waker } = await settled();
  const waits = [took(waker.wait(5000)), took(waker.wait(5000))];
  await sleep(100);
  waker.wake();
  for (const ms of await Promise.all(waits)) expect(ms).toBeLessThan(150);
});

test('finds a write of another process that came before the wait began', async () => {
  const { state, waker } = await settled();
  state.version = 2;
  expect(await took(waker.wait(5000))).toBeLessThan(100);
});

test('ends a wait at its time, at the signal, and at close; later waits end at once', async () => {
  const { waker } = await settled();
  expect(await took(waker.wait(100))).toBeGreaterThan(90);
  expect(await took(waker.wait(5000, AbortSignal.timeout(50)))).toBeLessThan(500);
  const last = took(waker.wait(Number.POSITIVE_INFINITY));
  waker.close();
  expect(await last).toBeLessThan(100);
  expect(await took(waker.wait(5000))).toBeLessThan(100);
});
