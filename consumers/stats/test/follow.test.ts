import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { createLogger } from '@pushtech/service';
import { expect, it } from 'vitest';
import { createFollow } from '../src/follow.ts';

const record = createLogger('silent', 'test');

/** Follows a log with one event and one record of another topic; `handle` may refuse the event. */
const followWith = async (refuse: (tries: number) => boolean) => {
  const log = await openLog('sqlite::memory:');
  let tries = 0;
  const follow = createFollow({
    log,
    record,
    retryMs: 1,
    take: {
      startAt: async () => 0,
      async handle({ topic }) {
        if (topic === topics.events && refuse(++tries)) throw new TypeError('a mistake of ours');
        return undefined;
      },
    },
  });
  await log.append([
    { topic: topics.events, key: 'a', value: '{}' },
    { topic: topics.received, key: 'b', value: '{}' },
  ]);
  await follow.start();
  return {
    follow,
    tries: () => tries,
    async [Symbol.asyncDispose]() {
      await follow.stop();
      await log.close();
    },
  };
};

it('gives up for good when one topic fails ten times in a row, whatever goes on with the others', async () => {
  await using one = await followWith(() => true);
  await expect(one.follow.failed).rejects.toThrow('a mistake of ours');
  expect(one.tries()).toBe(10);
}, 20_000);

it('goes on when it works again before that', async () => {
  await using one = await followWith((tries) => tries < 10);
  await expect.poll(() => one.tries(), { timeout: 10_000 }).toBe(10);
  await expect.poll(() => one.follow.problem()).toBeUndefined();
}, 20_000);
