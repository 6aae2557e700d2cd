import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnSeveral } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { between, oneOf } from './scenario.ts';

describeOnSeveral((on) => {
  let run: Run;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 1, enricher: 1, stats: 1 } });
  });
  afterAll(() => run?.close());

  it('loses nothing and counts nothing twice while enrichers and stats workers come and go', () =>
    run.rounds('members come and go', async () => {
      for (const kind of ['stats', 'enricher'] as const) {
        const copies = run.services.of(kind);
        const added = copies.length < 3 ? await run.services.add(kind) : oneOf(copies);
        await added.start();
        await sleep(between(200, 1500));
        const leaving = oneOf(run.services.of(kind).filter((one) => one.isUp() && one !== added));
        expect(await leaving.stop()).toBe('0');
        await sleep(between(0, 500));
        await leaving.start();
      }
    }));
});
