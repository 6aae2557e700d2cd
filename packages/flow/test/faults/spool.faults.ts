import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnAll } from './on-engines.ts';
import { fetchMetrics, readMetric } from './read-metrics.ts';
import { type Run, startRun } from './run.ts';
import { between, random } from './scenario.ts';
import type { ServiceProcess } from './service-process.ts';
import { flipByte, tearTail } from './spool-files.ts';

const MAX_BYTES = 600_000;

describeOnAll((on) => {
  let run: Run;
  let tracker: ServiceProcess;
  const readSpool = async (name: string) =>
    readMetric(await fetchMetrics(tracker.url), `pushtech_tracker_spool_${name}`) ?? 0;
  beforeAll(async () => {
    run = await startRun({
      on,
      copies: { tracker: 1, enricher: 1, stats: 1 },
      env: { SPOOL_MAX_BYTES: String(MAX_BYTES) },
    });
    tracker = run.services.of('tracker')[0] as ServiceProcess;
  });
  afterAll(() => run?.close());

  it('keeps everything in the spool while the buffer is away', () =>
    run.rounds('spool', () => run.withoutBuffer(() => sleep(between(500, 1500)))));

  it('says 503 to durable batches when the spool is full, stays ready, and loses nothing', async () => {
    let [bytes, status, retryAfter, ready] = [0, 0, '', 0];
    await run.round('spool full', () =>
      run.withoutBuffer(async () => {
        await sleep(5000);
        bytes = await readSpool('bytes');
        ready = (await fetch(`${tracker.url}/readyz`)).status;
        const answer = await fetch(`${tracker.url}/t?ack=durable`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify([{ type: 'fault', consent: 'x'.repeat(2000) }, ...asMany(run, 200)]),
        });
        status = answer.status;
        retryAfter = answer.headers.get('retry-after') ?? '';
      }),
    );
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(bytes).toBeGreaterThan(MAX_BYTES / 2);
    expect(status).toBe(503);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(ready).toBe(200);
  });

  it('replays the spool after kill -9 and a torn tail, and names a record that the disk has changed', async () => {
    const folder = join(run.home, tracker.name, 'spool');
    await run.round('torn spool', async () => {
      await run.withoutBuffer(async () => {
        // Long enough for a few records, too short to fill it.
        await sleep(800);
        await tracker.killForGood();
        for (const id of flipByte(folder, random())) run.damaged.add(id);
        tearTail(folder);
      });
      await tracker.start();
    });
    expect(await readSpool('lost_total')).toBe(2);
  });
});

/** Items with ids of their own, which the run knows. */
const asMany = ({ alsoSent }: Run, count: number) =>
  Array.from({ length: count }, () => {
    const id = crypto.randomUUID();
    alsoSent.add(id);
    return { type: 'fault', id };
  });
