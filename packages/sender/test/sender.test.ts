import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSender, type Drop, type SenderOptions, type SentEvent } from '../src/index.ts';
import { type Front, startFront } from './front.ts';
import { API_TOKEN, spawnSystem } from './spawn-system.ts';

const UUID7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('the sender', () => {
  let system: Awaited<ReturnType<typeof spawnSystem>>;
  let front: Front;
  let sites = 0;
  let site = 'site-0';
  beforeAll(async () => {
    system = await spawnSystem();
    front = await startFront(system.url);
  }, 60_000);
  afterEach(() => {
    front.mode = 'pass';
    front.seen.length = 0;
    site = `site-${++sites}`;
  });
  afterAll(async () => {
    await front?.close();
    await system?.close();
  });

  const open = (options: Partial<SenderOptions> = {}) => {
    const sender = createSender({ url: front.url, site, waitMs: 50, ...options });
    onTestFinished(() => sender.close(0));
    return sender;
  };
  const many = (n: number): SentEvent[] =>
    Array.from({ length: n }, (_, i) => ({ type: 'own', properties: { i } }));

  it('delivers in batches, packed, in order, with ids of its own and its clock', async () => {
    const sender = open();
    const results = await Promise.all(many(1200).map(sender.send));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1200);
    expect(results[0]?.id).toMatch(UUID7);
    expect(front.seen.map(({ items }) => items.length)).toEqual([500, 500, 200]);
    expect(front.seen.every(({ packed }) => packed)).toBe(true);
    const items = front.seen.flatMap((one) => one.items);
    expect(items.map(({ properties }) => (properties as { i: number }).i)).toEqual(
      Array.from({ length: 1200 }, (_, i) => i),
    );
    expect(items[0]).toMatchObject({ site, sent: expect.any(Number), id: results[0]?.id });
    expect(await system.counted(site, 1200)).toBe(1200);
    expect(sender.counts()).toEqual({
      delivered: 1200,
      retries: 0,
      dropped: {},
      waiting: 0,
      waitingBytes: 0,
    });
  });

  it('waits a moment for others to go along, and no longer', async () => {
    const sender = open({ waitMs: 200 });
    const began = Date.now();
    void sender.send({ type: 'a' });
    await sleep(50);
    await sender.send({ type: 'b' });
    expect(front.seen).toHaveLength(1);
    expect(Date.now() - began).toBeGreaterThan(180);
  });

  it('keeps below the bytes of a request', async () => {
    const sender = open();
    const text = 'ü'.repeat(500);
    const properties = { a: text, b: text, c: text, d: text };
    await Promise.all(Array.from({ length: 490 }, () => sender.send({ type: 'large', properties })));
    expect(front.seen.length).toBeGreaterThan(1);
    expect(Math.max(...front.seen.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1_048_576);
    expect(await system.counted(site, 490)).toBe(490);
  });

  it('sends again with the same ids after 503, no sooner than asked, and each counts once', async () => {
    const sender = open();
    front.mode = 'busy';
    const at = new Date(Date.now() - 60_000);
    const sent = many(20).map((event) => sender.send({ ...event, at }));
    while (front.seen.length === 0) await sleep(10);
    front.mode = 'pass';
    await Promise.all(sent);
    const [first, second] = front.seen;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
    expect(second?.items.map(({ id }) => id)).toEqual(first?.items.map(({ id }) => id));
    expect(second?.items[0]?.sent).toBeGreaterThan(first?.items[0]?.sent as number);
    expect(await system.counted(site, 20)).toBe(20);
    expect(sender.counts()).toMatchObject({ delivered: 20, retries: 1 });
  });

  it('waits until the date that a 429 names', async () => {
    const sender = open();
    front.mode = 'limited';
    const sent = sender.send({ type: 'a' });
    while (front.seen.length === 0) await sleep(10);
    front.mode = 'pass';
    expect(await sent).toMatchObject({ ok: true });
  });

  it('is recognised where only the answer was lost', async () => {
    const sender = open();
    front.mode = 'mute';
    const sent = many(10).map(sender.send);
    while (front.seen.length < 2) await sleep(10);
    front.mode = 'pass';
    await Promise.all(sent);
    expect(await system.counted(site, 10)).toBe(10);
    expect((await system.ledger()).duplicates).toBeGreaterThanOrEqual(10);
  });

  it('gives up a request that hangs, and tries again', async () => {
    const sender = open({ timeoutMs: 200 });
    front.mode = 'hang';
    const sent = sender.send({ type: 'a' });
    while (front.seen.length < 1) await sleep(10);
    front.mode = 'pass';
    expect(await sent).toMatchObject({ ok: true });
    expect(await system.counted(site, 1)).toBe(1);
  });

  it('tells per event what the tracker refuses, and the others are kept', async () => {
    const drops: Drop[] = [];
    const sender = open({ onDrop: (drop) => drops.push(drop) });
    const bad = { type: 'no type', properties: { n: 1 } };
    const results = await Promise.all(
      [{ type: 'a' }, bad, { type: 'b', lat: 91, lng: 0 }, { type: 'c' }].map(sender.send),
    );
    expect(results).toMatchObject([
      { ok: true },
      { ok: false, error: 'type_invalid', field: 'type' },
      { ok: false, error: 'value_invalid', field: 'lat' },
      { ok: true },
    ]);
    expect(drops[0]).toEqual({ event: bad, result: results[1] });
    expect(await system.counted(site, 2)).toBe(2);
    expect(sender.counts()).toMatchObject({ delivered: 2, dropped: { type_invalid: 1, value_invalid: 1 } });
  });

  it('imports with a token, and says so where there is none', async () => {
    const event = { type: 'request', ip: '192.0.2.1', ua: 'Mozilla/5.0', at: '2015-05-17T10:00:00Z' };
    const wrong = open({ token: 'wrong' });
    const sender = open({ token: API_TOKEN });
    expect(await sender.send(event)).toMatchObject({ ok: true });
    expect(await wrong.send(event)).toMatchObject({ ok: false });
  });

  it('with ack=durable every event is answered only when the buffer has it on disk', async () => {
    const sender = open({ ack: 'durable' });
    const results = await Promise.all(many(50).map(sender.send));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(await system.counted(site, 50)).toBe(50);
  });

  it('bounds what waits, counts what it drops and says which', async () => {
    const drops: Drop[] = [];
    const sender = open({ queueItems: 100, onDrop: (drop) => drops.push(drop) });
    front.mode = 'busy';
    const sent = many(130).map(sender.send);
    expect(
      (await Promise.all(sent.slice(100))).every((result) => !result.ok && result.error === 'full'),
    ).toBe(true);
    expect(drops.map(({ event }) => event.properties?.i)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 100),
    );
    expect(sender.counts()).toMatchObject({ waiting: 100, dropped: { full: 30 } });
    front.mode = 'pass';
    await Promise.all(sent);
    expect(await system.counted(site, 100)).toBe(100);
    expect(sender.counts()).toMatchObject({ waiting: 0, waitingBytes: 0 });
  });

  it('drops what cannot be sent at all, and what comes after the end', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const sender = open({
      onDrop: () => {
        throw new Error('of somebody else');
      },
    });
    expect(await sender.send({ type: 'a', properties: circle as never })).toMatchObject({
      error: 'not_json',
    });
    expect(await sender.send({ type: 'a', properties: { x: 'x'.repeat(2e6) } })).toMatchObject({
      error: 'too_large',
    });
    expect(await sender.send(null as never)).toMatchObject({ ok: false, error: 'type_invalid' });
    await sender.close();
    expect(await sender.send({ type: 'a' })).toMatchObject({ error: 'closed' });
  });

  it('flush sends at once, and close delivers the rest', async () => {
    const sender = open({ waitMs: 60_000 });
    const first = sender.send({ type: 'a' });
    await sender.flush();
    expect(await first).toMatchObject({ ok: true });
    const second = sender.send({ type: 'b' });
    await sender.close();
    expect(await second).toMatchObject({ ok: true });
  });

  it.each(['busy', 'hang'] as const)('close ends in time where the tracker is in mode %s', async (mode) => {
    const stuck = open();
    front.mode = mode;
    const lost = stuck.send({ type: 'c' });
    const began = Date.now();
    await stuck.close(300);
    expect(Date.now() - began).toBeLessThan(5000);
    expect(await lost).toMatchObject({ ok: false, error: 'unavailable' });
    expect(stuck.counts()).toMatchObject({ waiting: 0, waitingBytes: 0, dropped: { unavailable: 1 } });
  });

  it('an address where no tracker is: says what came instead', async () => {
    const sender = open();
    front.mode = 'html';
    expect(await sender.send({ type: 'a' })).toMatchObject({ ok: false, error: 'status_404' });
  });
});
