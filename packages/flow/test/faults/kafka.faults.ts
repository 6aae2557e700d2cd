import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import type { Engines } from './engine-set.ts';
import { describeOnReal } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { between, lasting } from './scenario.ts';

describeOnReal((on) => {
  let run: Run;
  let engines: Engines;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 2, enricher: 2, stats: 2 } });
    engines = run.engines as Engines;
  });
  afterAll(() => run?.close());

  it('loses nothing when Kafka is killed and started again', () =>
    run.rounds('Kafka killed', async () => {
      await engines.kill('kafka');
      await sleep(between(0, 1500));
      return engines.start('kafka');
    }));

  it('loses nothing when Kafka is away for a minute', () =>
    run.rounds('Kafka away', () => engines.away('kafka', lasting(60_000, 15_000)), {
      times: 1,
      shape: { pixels: 100 },
    }));

  it('loses nothing when Kafka stands still for 20 s', () =>
    run.rounds('Kafka paused', () => engines.pause('kafka', 20_000), { times: 1, shape: { pixels: 100 } }));
});
