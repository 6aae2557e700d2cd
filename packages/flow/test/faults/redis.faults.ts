import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engines } from './engine-set.ts';
import { describeOnReal } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { between, lasting } from './scenario.ts';
import type { TcpProxy } from './tcp-proxy.ts';

describeOnReal((on) => {
  let run: Run;
  let engines: Engines;
  let proxy: TcpProxy;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 2, enricher: 2, stats: 2 } });
    engines = run.engines as Engines;
    proxy = run.proxy as TcpProxy;
  });
  afterAll(() => run?.close());

  it('loses nothing when Redis is killed and started again', () =>
    run.rounds('Redis killed', async () => {
      await engines.kill('redis');
      await sleep(between(0, 1500));
      return engines.start('redis');
    }));

  it('loses nothing when Redis is away for a minute', () =>
    run.rounds('Redis away', () => engines.away('redis', lasting(60_000, 15_000)), {
      times: 1,
      shape: { pixels: 100 },
    }));

  it('loses nothing when Redis stands still for 20 s', () =>
    run.rounds('Redis paused', () => engines.pause('redis', 20_000), { times: 1, shape: { pixels: 100 } }));

  it('loses nothing and counts nothing twice when connections to Redis are cut again and again', () =>
    run.rounds('Redis cut', async () => {
      for (let n = 0; n < 8; n++) {
        proxy.cut();
        await sleep(between(20, 300));
      }
    }));

  it('loses nothing when connections to Redis are reset in the midst of a command', () =>
    run.rounds('Redis reset', async () => {
      proxy.change({ resetAfter: between(2000, 20_000) });
      await sleep(3000);
      proxy.clear();
    }));

  it('loses nothing when Redis answers late', () =>
    run.rounds(
      'Redis delayed',
      async () => {
        proxy.change({ delayMs: between(100, 700), bytesPerSecond: 2_000_000 });
        await sleep(4000);
        proxy.clear();
      },
      { times: 2 },
    ));

  it('loses nothing when connections to Redis are half open', () =>
    run.rounds(
      'Redis half open',
      async () => {
        proxy.change({ blackHole: true });
        await sleep(lasting(20_000, 8000));
        proxy.clear();
      },
      { times: 1 },
    ));

  it('no service gave up: each process that ended was ended by the test', () => {
    expect(run.services.all().flatMap(({ away }) => away)).toEqual([]);
  });
});
