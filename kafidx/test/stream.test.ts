import { topics } from '@pushtech/event';
import { expect, it } from 'vitest';
import { eventOf, startKafidx, until } from './start.ts';

it('shows an event to every viewer within 150 ms of its append, as it lies on the log', async () => {
  const kafidx = await startKafidx();
  const viewers = [await kafidx.view(), await kafidx.view(), await kafidx.view('?type=pageview')];
  const delays: number[] = [];
  for (let i = 1; i <= 20; i++) {
    const event = eventOf({ page: { url: 'https://a.example/ü', host: 'a.example', path: '/ü' } });
    await kafidx.appendEvents(event);
    const appended = performance.now();
    await until(() => viewers.every(({ frames }) => frames.events.length === i));
    delays.push(performance.now() - appended);
    for (const { frames } of viewers) expect(frames.events.at(-1)).toEqual(event);
  }
  delays.sort((a, b) => a - b);
  expect(delays[10]).toBeLessThan(150);
});

it('shows dead letters in frames of their own', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view();
  const dead = {
    at: new Date().toISOString(),
    reason: 'type',
    step: 'parse',
    message: 'no',
    original: 'x',
    encoding: 'utf8',
  };
  await kafidx.append(topics.dead, [JSON.stringify(dead)]);
  await until(() => frames.dead.length === 1);
  expect(frames.dead).toEqual([dead]);
  expect(frames.events).toEqual([]);
});

it('shows nothing that was there before the viewer', async () => {
  const kafidx = await startKafidx();
  await kafidx.appendEvents(eventOf({ type: 'before' }));
  const { frames } = await kafidx.view();
  await kafidx.appendEvents(eventOf({ type: 'after' }));
  await until(() => frames.events.length > 0);
  expect(frames.events.map(({ type }) => type)).toEqual(['after']);
});

it('leaves no trace in the log', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view();
  await kafidx.appendEvents(eventOf(), eventOf());
  await until(() => frames.events.length === 2);
  expect(await kafidx.log.ranges(topics.events)).toMatchObject([{ partition: 0 }]);
  expect((await kafidx.log.ranges(topics.events)).every((range) => range.committed === undefined)).toBe(true);
});

it('goes on after records that are no JSON objects, and counts them', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view();
  const odd = ['', '{', 'null', '7', '"x"', '[]', '\u0000', '{"a":1}{"b":2}', `${'['.repeat(100_000)}`];
  await kafidx.append(topics.events, odd);
  await kafidx.append(topics.events, [
    '{}',
    '{"page":"x","place":[],"bot":null,"type":{},"__proto__":{"type":"y"}}',
  ]);
  await kafidx.appendEvents(eventOf());
  await until(() => frames.events.length === 3);
  expect(await kafidx.metrics.registry.metrics()).toContain(
    `pushtech_kafidx_unreadable_records_total ${odd.length}`,
  );
});

it('puts at most 50 rows into a frame', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view();
  await kafidx.appendEvents(...Array.from({ length: 170 }, () => eventOf()));
  await until(() => frames.events.length === 170);
  expect(Math.max(...frames.sizes)).toBeLessThanOrEqual(50);
  expect(frames.skipped).toBe(0);
});

it('samples what is too much for a browser and says how much it left out', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view();
  const other = await kafidx.view('?type=rare');
  const all = Array.from({ length: 3000 }, (_, n) =>
    eventOf({ type: n === 1500 ? 'rare' : 'often', properties: { n } }),
  );
  await kafidx.appendEvents(...all);
  await until(() => frames.events.length + frames.skipped === 3000, 'all rows accounted for');
  expect(frames.events.length).toBeGreaterThanOrEqual(500);
  expect(frames.events.length).toBeLessThan(1500);
  expect(other.frames.events).toHaveLength(1);
  expect(other.frames.skipped).toBe(0);
});

it('tells the rate once a second', async () => {
  const kafidx = await startKafidx();
  const { frames } = await kafidx.view('?type=a');
  await kafidx.appendEvents(eventOf({ type: 'a' }), eventOf({ type: 'b' }));
  await kafidx.append(topics.dead, ['{}']);
  await until(() => frames.rates.some(({ events }) => events > 0));
  const sum = (name: 'events' | 'dead' | 'shown') =>
    frames.rates.reduce((total, rate) => total + rate[name], 0);
  await until(() => sum('dead') === 1);
  expect([sum('events'), sum('shown'), frames.rates[0]?.viewers]).toEqual([2, 1, 1]);
});

it('sends nothing while paused and goes on with what comes then', async () => {
  const kafidx = await startKafidx();
  const { frames, send } = await kafidx.view();
  const other = await kafidx.view();
  send({ pause: true });
  send({ pause: 'x' });
  await until(() => frames.errors.length === 1);
  await kafidx.appendEvents(eventOf({ type: 'unseen' }));
  await until(() => other.frames.events.length === 1);
  send({ pause: false });
  send({ pause: 'x' });
  await until(() => frames.errors.length === 2);
  await kafidx.appendEvents(eventOf({ type: 'seen' }));
  await until(() => frames.events.length === 1);
  expect(frames.events[0]?.type).toBe('seen');
});

it('stops reading the log when it stops, and says good-bye', async () => {
  const kafidx = await startKafidx();
  const { socket } = await kafidx.view();
  const code = new Promise((resolve) => socket.once('close', resolve));
  await kafidx.service.stop();
  expect(await code).toBe(1001);
  expect((await kafidx.refusal({})).status).toBe(503);
  await kafidx.service.stop();
});
