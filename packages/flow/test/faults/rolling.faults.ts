import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Balancer, openBalancer } from './balancer.ts';
import { describeOnSeveral } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import type { Kind } from './services.ts';

/** The next copy goes only when the balancer has surely seen that this one is back. */
const SEEN_MS = 500;

describeOnSeveral((on) => {
  let run: Run;
  const balancers: Balancer[] = [];
  let front: Balancer;
  beforeAll(async () => {
    run = await startRun({
      on,
      copies: { tracker: 2, enricher: 2, stats: 2, kafidx: 2 },
      front: async (trackers) => {
        balancers.push(await openBalancer(trackers.map(({ url }) => url)));
        return balancers[0]?.url as string;
      },
    });
    front = await openBalancer(run.services.of('stats').map(({ url }) => url));
    balancers.push(front);
  });
  afterAll(async () => {
    await run?.close();
    for (const balancer of balancers) await balancer.close();
  });

  /** Questions for the numbers, one after the other, until told to stop. @returns the answers that were not 200 */
  const keepAsking = (): (() => Promise<number[]>) => {
    let asking = true;
    const failed: number[] = [];
    const asked = (async () => {
      while (asking) {
        const answer = await fetch(`${front.url}/stats/summary?from=1990-01-01&to=2100-01-01`);
        await answer.arrayBuffer();
        if (answer.status !== 200) failed.push(answer.status);
      }
    })();
    return async () => {
      asking = false;
      await asked;
      return failed;
    };
  };

  it.each<Kind>(['tracker', 'enricher', 'stats', 'kafidx'])(
    'a rolling restart of %s loses nothing, fails no request and counts nothing twice',
    async (kind) => {
      const stopAsking = keepAsking();
      const row = await run.round(`rolling restart of ${kind}`, async () => {
        for (const service of run.services.of(kind)) {
          expect(await service.restart()).toBe('0');
          await sleep(SEEN_MS);
        }
      });
      expect(await stopAsking()).toEqual([]);
      expect(row.failedPosts).toEqual([]);
      expect(row.refused).toEqual([]);
      expect(row.lost).toBe(0);
    },
  );
});
