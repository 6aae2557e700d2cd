import { type Log, openLog, type Subscription } from '@pushtech/log';
import { expect, it } from 'vitest';
import { eventOf, startKafidx, until } from './start.ts';

/** The real log, whose tail can be made to break. */
const breakableLog = async () => {
  const real = await openLog('sqlite::memory:');
  const state = { down: false, tails: 0, break: (_error: Error): void => {} };
  const log: Log = {
    ...real,
    async tail(options): Promise<Subscription> {
      if (state.down) throw new Error('no log here');
      const subscription = await real.tail(options);
      state.tails += 1;
      const failed = new Promise<never>((_resolve, reject) => {
        state.break = reject;
      });
      return {
        failed,
        async stop() {
          state.tails -= 1;
          await subscription.stop();
        },
      };
    },
  };
  return { log, state };
};

it('reads the log once for all viewers, and not at all before the first', async () => {
  const { log, state } = await breakableLog();
  const kafidx = await startKafidx({ log });
  expect(state.tails).toBe(0);
  await Promise.all([kafidx.view(), kafidx.view('?type=a'), kafidx.view()]);
  expect(state.tails).toBe(1);
  await kafidx.service.stop();
  expect(state.tails).toBe(0);
});

it('tells viewers when the log breaks, is degraded, and goes on by itself', async () => {
  const { log, state } = await breakableLog();
  const kafidx = await startKafidx({ log });
  const { frames } = await kafidx.view();
  state.down = true;
  state.break(new Error('gone'));
  await until(() => frames.errors.length === 1);
  expect(frames.errors[0]?.code).toBe('log_down');
  expect((await kafidx.service.status()).degraded).toEqual(['the log cannot be read: gone']);
  state.down = false;
  await until(() => state.tails === 1);
  await kafidx.appendEvents(eventOf());
  await until(() => frames.events.length > 0);
  expect((await kafidx.service.status()).degraded).toEqual([]);
});

it('takes viewers while the log is down, and shows events when it is there', async () => {
  const { log, state } = await breakableLog();
  state.down = true;
  const kafidx = await startKafidx({ log });
  const { frames } = await kafidx.view();
  state.down = false;
  await until(() => state.tails === 1);
  await kafidx.appendEvents(eventOf());
  await until(() => frames.events.length === 1);
});
