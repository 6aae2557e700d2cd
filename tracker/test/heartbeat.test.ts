import { afterEach, expect, it } from 'vitest';
import { until } from './spool-place.ts';
import { type Started, startTracker } from './start-tracker.ts';

let tracker: Started;
afterEach(() => tracker.close());

it('sends a hit of its own each period, the first after one, and counts it as received', async () => {
  const began = Date.now();
  tracker = await startTracker({ heartbeatSeconds: 1 });
  await until(async () => (await tracker.buffer.status()).entries >= 2);
  const { hits, headers, received } = await tracker.drain();
  expect(hits.length).toBe(received);
  expect(hits[0]).toMatchObject({ type: 'heartbeat', via: 'post', run: 'heartbeat' });
  expect(hits[0]).not.toHaveProperty('ip');
  expect((hits[0]?.receivedAt as number) - began).toBeGreaterThan(900);
  expect(headers[0]?.received).toMatchObject([{ n: 1, run: 'heartbeat' }]);
  expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
});

it('sends none when it is told so', async () => {
  tracker = await startTracker({ heartbeatSeconds: 0 });
  await new Promise((resolve) => setTimeout(resolve, 1300));
  expect((await tracker.drain()).received).toBe(0);
});
