import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sum } from '../start-flow.ts';
import { endChild, startChild } from './child.ts';
import type { FloodReport } from './flood-process.ts';
import { describeOnSeveral } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import type { ServiceProcess } from './service-process.ts';

const FLOOD_MS = 12_000;
/** The word: so long after the load has fallen all is normal. */
const NORMAL_MS = 5000;
const CONNECTIONS = 10_000;
const openFiles =
  Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()) || Number.MAX_VALUE;

/** Holds a process back: it runs for a moment each second, so that it surely does less than half of what comes. */
const holdBack = (service: ServiceProcess): (() => void) => {
  let end: NodeJS.Timeout | undefined;
  service.pause();
  const turn = setInterval(() => {
    service.resume();
    end = setTimeout(() => service.pause(), 10);
  }, 1000);
  return () => {
    clearInterval(turn);
    clearTimeout(end);
    service.resume();
  };
};

describeOnSeveral((on) => {
  let run: Run;
  let tracker: ServiceProcess;
  beforeAll(async () => {
    run = await startRun({
      on,
      copies: { tracker: 1, enricher: 1, stats: 1 },
      env: { SPOOL_MAX_BYTES: '4000000' },
      bufferOptions: 'maxBytes=4000000',
    });
    tracker = run.services.of('tracker')[0] as ServiceProcess;
  });
  afterAll(() => run?.close());

  it('at twice the load that can be worked off pixels stay quick, drops have a reason, and soon all is normal', async () => {
    const refused: Record<string, number> = {};
    const taken: string[] = [];
    let fell = 0;
    let workedOff = 0;
    const row = await run.round('overload', async () => {
      const before = (await run.logIds.look()).events.size;
      const free = holdBack(run.services.of('enricher')[0] as ServiceProcess);
      const flood = startChild('./flood-process.ts', { target: tracker.url });
      const ended = Promise.withResolvers<void>();
      flood.on('message', (report: FloodReport | 'done') => {
        if (report === 'done') return ended.resolve();
        for (const id of report.taken) taken.push(id);
        for (const [reason, n] of Object.entries(report.refused))
          refused[reason] = (refused[reason] ?? 0) + n;
      });
      await sleep(FLOOD_MS);
      flood.send('stop');
      await ended.promise;
      await endChild(flood);
      fell = Date.now();
      for (const id of taken) run.alsoSent.add(id);
      workedOff = (await run.logIds.look()).events.size - before;
      free();
      await sleep(NORMAL_MS + 2000);
      return fell + NORMAL_MS;
    });
    console.log(
      JSON.stringify({ taken: taken.length, refused, workedOff, pixelsRefused: row.refused.length }),
    );
    expect(taken.length + sum(refused)).toBeGreaterThan(2 * workedOff);
    expect(sum(refused)).toBeGreaterThan(0);
    expect(Object.keys(refused)).toEqual(['unavailable']);
    expect(taken.filter((id) => !row.settled.events.has(id))).toEqual([]);
    // Each refusal is on the books, under the reason that its sender was told. Durable batches that are told `unavailable`
    // after all were taken, and only not stored in time.
    const { full = 0, unavailable = 0, ...others } = row.settled.ledger.dropped;
    expect(others).toEqual({});
    expect(full).toBe(row.refused.length);
    expect(unavailable).toBeGreaterThanOrEqual(refused.unavailable ?? 0);
    expect(unavailable).toBeLessThanOrEqual((refused.unavailable ?? 0) + row.failedPosts.length);
    expect(row.refused.filter(({ at }) => at > fell + NORMAL_MS)).toEqual([]);
    expect(row.slow).toEqual([]);
  });

  it.skipIf(openFiles < CONNECTIONS + 1000)(
    `answers pixels in time while ${CONNECTIONS} connections are open (needs ulimit -n of ${CONNECTIONS + 1000})`,
    async () => {
      const visitors = startChild('./connections-process.ts', {
        port: Number(new URL(tracker.url).port),
        count: CONNECTIONS,
      });
      await once(visitors, 'message');
      await run.rounds('10,000 connections', () => sleep(3000), { times: 1 });
      visitors.send('count');
      const [{ ended }] = (await once(visitors, 'message')) as [{ ended: number }];
      await endChild(visitors);
      expect(ended).toBe(0);
    },
  );
});
