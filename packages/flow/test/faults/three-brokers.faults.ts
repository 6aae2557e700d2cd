import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import type { Engines, Unit } from './engine-set.ts';
import { describeOnReal } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { between, random, rounds } from './scenario.ts';

describeOnReal((on) => {
  let run: Run;
  let engines: Engines;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 1, enricher: 2, stats: 2 } });
    engines = run.engines as Engines;
  }, 180_000);
  afterAll(() => run?.close());

  it('goes on when one of three brokers is killed, before it is back', () => {
    const first = between(0, 3);
    let round = 0;
    return run.rounds(
      'one of three brokers killed',
      async () => {
        const broker = `kafka${((first + round++) % 3) + 1}` as Unit;
        await engines.kill(broker);
        const killed = Date.now();
        await sleep(2000 + random() * 2000);
        // The last one is not even started again before all must be worked off.
        if (round === rounds) return killed;
        await engines.start(broker);
        return killed;
      },
      { shape: { pixels: 100 } },
    );
  });
}, 3);
