import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  dimensions,
  eventsOn,
  expectedCounts,
  files,
  firstReplay,
  hoursOf,
  replay,
  replayEnv,
  summaryOf,
  topOf,
  visitorsByDayOf,
} from '../replayed.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import type { EnginePlace } from './engine-set.ts';
import { describeOnReal } from './on-engines.ts';
import { type Services, startServices } from './services.ts';
import { openViewer, type Viewer } from './viewer.ts';
import { createWatchdog } from './watchdog.ts';

/** Visitors are told apart exactly on SQLite, elsewhere within 3 %. */
const near = (n: number) => ({
  asymmetricMatch: (found: unknown) => Math.abs(Number(found) - n) <= Math.max(1, n * 0.03),
  toString: () => `${n} ± 3 %`,
});

// Two copies of everything, six partitions: the same counts as in one process.
describeOnReal((on) => {
  const home = mkdtempSync(join(tmpdir(), 'pushtech-replay-'));
  const watchdog = createWatchdog();
  const expected = expectedCounts();
  let place: EnginePlace;
  let services: Services;
  let front: Balancer;
  let viewers: Viewer[] = [];
  /** Of one copy, and of the other: both answer from the same counters. */
  const statsUrl = (copy: number): string => services.of('stats')[copy]?.url as string;
  const urls = () => ({ url: front.url, statsUrl: statsUrl(0) });

  beforeAll(async () => {
    place = await on.open(home, watchdog.watch);
    services = await startServices({
      home,
      engines: place.urls,
      copies: { tracker: 2, enricher: 2, stats: 2, kafidx: 2 },
      env: replayEnv,
      watch: watchdog.watch,
    });
    front = await openBalancer(services.of('tracker').map(({ url }) => url));
    viewers = await Promise.all(services.of('kafidx').map(({ url }) => openViewer(url)));
  }, 120_000);
  afterAll(async () => {
    for (const viewer of viewers) viewer.close();
    await front?.close();
    await services?.close();
    await place?.close();
    await watchdog.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps and counts every line of the real log but the malformed one', async () => {
    expect(await replay(urls(), home, files.log, '--map', files.map)).toMatchObject(firstReplay);
    const events = await eventsOn(place.urls.LOG_URL);
    expect(new Set(events.map(({ id }) => id)).size).toBe(9999);
    expect(events.filter((event) => event.place?.location)).toHaveLength(expected.located);
  });

  it('took them in at both trackers, and shows the same stream through both viewers', async () => {
    for (const { url } of services.of('tracker')) {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(Number(/^pushtech_tracker_hits_accepted_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(500);
    }
    const [one, other] = viewers.map(({ shown, skipped }) => shown() + skipped());
    expect([one, other]).toEqual([9999, 9999]);
  });

  it.each(dimensions)('counts by %s as an independent count does, at either copy', async (name) => {
    expect(await topOf(statsUrl(0), name)).toEqual(expected[name]);
    expect(await topOf(statsUrl(1), name)).toEqual(expected[name]);
  });

  it('counts by hour as an independent count does, and visitors within 3 %', async () => {
    expect(await hoursOf(statsUrl(1))).toEqual({ ...expected.hour.counts });
    const visitors = near(expected.visitors);
    expect(await summaryOf(statsUrl(0))).toMatchObject({ events: 9999, visitors });
    const byDay = Object.entries(expected.visitorsByDay).map(([day, n]) => [day, near(n)]);
    expect(await visitorsByDayOf(statsUrl(0))).toEqual(Object.fromEntries(byDay));
  });

  it('a second time adds nothing but duplicates', async () => {
    const look = async () => [
      await hoursOf(statsUrl(0)),
      await topOf(statsUrl(1), 'path'),
      await summaryOf(statsUrl(0)),
    ];
    const before = await look();
    const { ledger } = await replay(urls(), home, files.log, '--map', files.map);
    expect(ledger).toMatchObject({ received: 9999, kept: 9999, counted: 0, duplicates: 9999 });
    expect(await look()).toEqual(before);
  });
});
