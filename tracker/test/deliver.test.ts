import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBuffer } from '@pushtech/buffer';
import { decodeHitBatch, newId } from '@pushtech/event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherHits, type Tickets } from '../src/gather-hits.ts';
import type { Spool } from '../src/spool/spool.ts';
import { createSpoolPlace, until } from './spool-place.ts';
import { createSwitchedBuffer, type Mode } from './switched-buffer.ts';

let place: ReturnType<typeof createSpoolPlace>;
const gathers: { stop(): Promise<void> }[] = [];
beforeEach(() => {
  place = createSpoolPlace();
});
afterEach(async () => {
  for (const gather of gathers.splice(0)) await gather.stop();
  await place.dispose();
});

/** What gathers hits before a buffer with a switch, on a real spool. */
const setUp = async (mode: Mode, given?: Spool) => {
  const spool = given ?? (await place.open());
  const switched = createSwitchedBuffer(mode);
  const warnings: string[] = [];
  const gather = gatherHits({
    buffer: switched.buffer,
    spool,
    newId,
    clock: Date.now,
    warn: (_facts, sentence) => warnings.push(sentence),
  });
  gathers.push(gather);
  gather.start();
  const hit = (tickets?: Tickets, size = 0): string => {
    const id = newId();
    const line = JSON.stringify({ id, type: 'a', receivedAt: 1, via: 'pixel', query: 'x'.repeat(size) });
    gather.accept(line, Date.now(), undefined, tickets);
    return id;
  };
  return { ...switched, gather, spool, warnings, hit };
};

/** One durable hit: how it went, and after how many ms. */
const durable = async (hit: (tickets: Tickets) => string) => {
  const tickets: Tickets = new Set();
  const began = performance.now();
  hit(tickets);
  const [result] = await Promise.allSettled(tickets);
  return {
    status: result?.status,
    error: (result as PromiseRejectedResult).reason,
    ms: performance.now() - began,
  };
};

describe('while the buffer refuses', () => {
  it('hits go to the spool, and from there to the buffer when it is back: each batch once, with its id', async () => {
    const { gather, hit, spool, switchTo, ids, batches, asked, warnings } = await setUp('down');
    const sent: string[] = [];
    for (let n = 0; n < 20; n++) {
      sent.push(hit());
      await sleep(12);
    }
    await until(() => spool.counts.spooled >= 15 && gather.delivery.waitingBytes() === 0);
    expect(gather.delivery.problem()).toBe('switched off');
    expect(gather.hasRoom()).toBe(true);
    // The first batch, and a probe now and then; not one try for each batch.
    expect(asked()).toBeLessThan(6);
    switchTo('up');
    await until(() => ids().length === 20);
    await until(() => gather.delivery.problem() === undefined && !spool.hasRecords());
    expect(ids().sort()).toEqual(sent.sort());
    expect(new Set(batches()).size).toBe(batches().length);
    expect(gather.delivery.drained.drained).toBe(spool.counts.spooled);
    const before = spool.counts.spooled;
    hit();
    await until(() => ids().length === 21);
    expect(spool.counts.spooled).toBe(before);
    expect(warnings).toEqual([
      'The buffer takes no hits; they go to the spool.',
      'The buffer takes hits again.',
    ]);
  });

  it('the spool is drained oldest first, durably', async () => {
    const { hit, spool, switchTo, ids, taken } = await setUp('down');
    const sent: string[] = [];
    for (let n = 0; n < 300; n++) sent.push(hit());
    await until(() => spool.counts.spooled === 3);
    switchTo('up');
    await until(() => ids().length === 300);
    expect(ids()).toEqual(sent);
    expect(taken.every((one) => one.durable)).toBe(true);
  });

  it('a durable sender gets its answer from the spool', async () => {
    const { hit, spool } = await setUp('down');
    expect(await durable(hit)).toMatchObject({ status: 'fulfilled' });
    expect(spool.status().records).toBe(1);
    const next = await durable(hit);
    expect(next.status).toBe('fulfilled');
    expect(next.ms).toBeLessThan(150);
  });

  it('and the spool too, a durable sender hears it at once, and the hits still come when the buffer is back', async () => {
    const { hit, switchTo, ids } = await setUp('down', await place.open(0));
    const refused = await durable(hit);
    expect(refused).toMatchObject({ status: 'rejected', error: { code: 'NOT_STORED', kind: 'retry' } });
    expect(refused.ms).toBeLessThan(150);
    switchTo('up');
    await until(() => ids().length === 1);
    expect(await durable(hit)).toMatchObject({ status: 'fulfilled' });
  });

  it('and the spool is full, there is no room: only what was under way waits in memory, and all of it comes when the buffer is back', async () => {
    const { gather, hit, spool, switchTo, ids } = await setUp('down', await place.open(1024 ** 2));
    const sent: string[] = [];
    for (let n = 0; gather.hasRoom() && n < 10_000; n++) {
      sent.push(hit(undefined, 10_000));
      if (n % 100 === 99) await sleep(1);
    }
    expect(sent.length).toBeGreaterThan(90);
    expect(sent.length).toBeLessThan(500);
    expect(spool.status().bytes).toBeLessThanOrEqual(1024 ** 2);
    expect(gather.delivery.waitingBytes()).toBeLessThan(4 * 1024 ** 2);
    switchTo('up');
    await until(() => ids().length === sent.length);
    expect(gather.hasRoom()).toBe(true);
    expect(ids().sort()).toEqual(sent.sort());
  });

  it('for good what waits in memory, it is dropped and counted, and the rest comes', async () => {
    const { gather, hit, switchTo, ids } = await setUp('dead', await place.open(0));
    hit();
    await until(() => gather.delivery.drained.refused === 1);
    switchTo('up');
    hit();
    await until(() => ids().length === 1 && gather.delivery.waitingBytes() === 0);
  });

  it('for good, a record is dropped and counted, and those after it come', async () => {
    const { gather, hit, spool, switchTo, ids } = await setUp('down');
    hit();
    await until(() => spool.counts.spooled === 1);
    switchTo('dead');
    await until(() => gather.delivery.drained.refused === 1);
    switchTo('up');
    hit();
    await until(() => ids().length === 1);
    expect(spool.hasRecords()).toBe(false);
  });
});

describe('while the buffer does not answer', () => {
  it('a batch lies in the spool within 400 ms, those after it at once, and late answers are only duplicates', async () => {
    const { hit, spool, switchTo, release, ids, batches } = await setUp('hang');
    const first = await durable(hit);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(first.ms).toBeGreaterThan(190);
    expect(first.ms).toBeLessThan(400);
    expect((await durable(hit)).ms).toBeLessThan(150);
    expect(spool.status().records).toBe(2);
    switchTo('up');
    release();
    await until(() => !spool.hasRecords(), 20_000);
    expect(ids()).toHaveLength(2);
    expect(new Set(batches()).size).toBe(2);
    expect(batches().length).toBeGreaterThan(2);
  });

  it('and the spool takes nothing, a durable sender hears it within 400 ms', async () => {
    const { hit } = await setUp('hang', await place.open(0));
    const refused = await durable(hit);
    expect(refused).toMatchObject({ status: 'rejected', error: { code: 'NOT_STORED' } });
    expect(refused.ms).toBeLessThan(400);
  });

  it('in time but still does, all comes through the spool and nothing twice', async () => {
    const { hit, spool, ids, batches, gather } = await setUp('slow');
    for (let n = 0; n < 60; n++) {
      hit();
      await sleep(15);
    }
    await until(() => ids().length === 60 && !spool.hasRecords(), 20_000);
    // The first ones were under way before anybody knew.
    expect(batches().length - new Set(batches()).size).toBeLessThan(25);
    expect(gather.delivery.drained.drained).toBeGreaterThan(30);
  });

  it('a busy process does not take its own delay for the buffer’s', async () => {
    const { hit, spool, ids, buffer } = await setUp('up');
    const append = buffer.append;
    buffer.append = async (...given) => {
      // It answers long before the process has time to hear it.
      await new Promise((resolve) =>
        setImmediate(() => {
          stat('/').then(resolve);
          const end = performance.now() + 300;
          while (performance.now() < end);
        }),
      );
      await append(...given);
    };
    hit();
    await until(() => ids().length === 1);
    expect(spool.counts.spooled).toBe(0);
  });
});

describe('the stop', () => {
  it('brings what is in memory to the buffer', async () => {
    const { gather, hit, ids, spool } = await setUp('up');
    hit();
    await gather.stop();
    expect(ids()).toHaveLength(1);
    expect(spool.counts.spooled).toBe(0);
  });

  it.each(['down', 'hang'] as const)(
    'brings it to the spool when the buffer is in state "%s", in a few seconds',
    async (mode) => {
      const { gather, hit, spool } = await setUp(mode);
      for (let n = 0; n < 250; n++) hit();
      const began = performance.now();
      await gather.stop();
      expect(performance.now() - began).toBeLessThan(4000);
      await spool.close();
      const again = await place.open();
      const found: string[] = [];
      for (let record = await again.next(); record; record = await again.next()) {
        found.push(...decodeHitBatch(record.text).lines);
      }
      expect(found).toHaveLength(250);
    },
  );

  it('ends within a few seconds when neither takes anything, and says how many hits were lost', async () => {
    const { gather, hit, warnings } = await setUp('hang', await place.open(0));
    for (let n = 0; n < 5; n++) hit();
    const began = performance.now();
    await gather.stop();
    expect(performance.now() - began).toBeLessThan(8000);
    expect(warnings).toContain('Hits could not be kept at the stop.');
  });
});

describe('a backlog', () => {
  it('is drained at some hundred batches a second, and live hits do not wait for it', async () => {
    const { gather, hit, spool, switchTo, taken } = await setUp('down');
    for (let n = 0; n < 60_000; n++) {
      hit();
      if (n % 1000 === 999) await sleep(1);
    }
    await until(() => spool.counts.spooled >= 600);
    switchTo('up');
    await until(() => gather.delivery.problem() === undefined);
    const [began, drainedBefore] = [performance.now(), gather.delivery.drained.drained];
    const delays: number[] = [];
    while (spool.hasRecords()) {
      const { ms } = await durable(hit);
      delays.push(ms);
    }
    const perSecond =
      ((gather.delivery.drained.drained - drainedBefore) / (performance.now() - began)) * 1000;
    console.log(
      `drained ${perSecond.toFixed(0)} batches/s; a live hit took ${Math.max(...delays).toFixed(0)} ms at most`,
    );
    expect(perSecond).toBeGreaterThan(300);
    expect(perSecond).toBeLessThan(1300);
    expect(Math.max(...delays)).toBeLessThan(150);
    expect(taken.length).toBe(spool.counts.spooled + delays.length);
  });
});

it('a full SQLite buffer sends hits to the spool, and they come as soon as there is room', async () => {
  const url = `sqlite:${place.directory}/buffer.db?maxBytes=2000`;
  const buffer = await openBuffer(url);
  const spool = await place.open();
  const gather = gatherHits({ buffer, spool, newId, clock: Date.now, warn: () => {} });
  gathers.push(gather);
  gather.start();
  const sent: string[] = [];
  for (let n = 0; n < 40; n++) {
    const id = newId();
    sent.push(id);
    gather.accept(JSON.stringify({ id, type: 'a', query: 'x'.repeat(200) }), Date.now());
    await sleep(12);
  }
  await until(() => spool.hasRecords());
  expect(gather.delivery.problem()).toContain('2000 bytes');
  const found = new Set<string>();
  await until(async () => {
    const entries = await buffer.take({ worker: 'test', max: 10, waitMs: 10 });
    for (const { body } of entries) {
      for (const line of decodeHitBatch(body).lines) found.add(JSON.parse(line).id);
    }
    await buffer.ack(entries.map(({ id }) => id));
    return found.size === sent.length;
  });
  await until(() => gather.delivery.problem() === undefined);
  await gather.stop();
  await buffer.close();
});
