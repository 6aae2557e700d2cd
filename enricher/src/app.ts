import type { Buffer } from '@pushtech/buffer';
import type { Devices } from '@pushtech/device';
import { createErasures, type Log } from '@pushtech/log';
import type { Places } from '@pushtech/place';
import type { Logger, Metrics, Service } from '@pushtech/service';
import type { Store } from '@pushtech/store';
import { createCounts, observeAppends, showCounts, showWaiting } from './counts.ts';
import { createDropPolicy } from './drop-policy.ts';
import { loadReferrerLists } from './referrer-lists.ts';
import { createSiteRules } from './site-rules.ts';
import { createSteps } from './steps/index.ts';
import { createWork } from './work.ts';

export interface EnricherOptions {
  buffer: Buffer;
  log: Log;
  /** Where owners' rules of sites come from; none without it. May be away: then the last rules count. */
  store?: Pick<Store, 'sites'> | undefined;
  places: Places;
  devices: Devices;
  /** The same in every copy of the enricher: visitors are recognised by it. */
  secretKey: string;
  /** `SITES`: the sites whose events are kept; empty = all. */
  sites: readonly string[];
  /** A stable name: after a restart a worker gets its own unfinished entries at once. */
  worker: string;
  /** Epoch ms. */
  clock: () => number;
  record: Logger;
  metrics: Metrics;
}

/** Turns the buffer's hits into events on the log. Several copies may run beside one another. */
export const createEnricher = (options: EnricherOptions): Service => {
  const { buffer, places, clock, metrics } = options;
  const counts = createCounts();
  showCounts(metrics, counts);
  showWaiting(metrics, buffer, clock);
  const appended = observeAppends(metrics);
  const rules = createSiteRules(options);
  const erasures = createErasures(options.log, options.secretKey);
  const steps = createSteps({ ...options, rules, forgotten: erasures, referrers: loadReferrerLists() });
  const work = createWork({ ...options, steps, erasures, counts, appended, drops: createDropPolicy(clock) });

  return {
    name: 'enricher',
    async start() {
      await rules.start();
      work.start();
    },
    async status() {
      return {
        degraded: [work.problem(), rules.problem(), places.status().problem].filter(
          (problem) => problem !== undefined,
        ),
      };
    },
    stop() {
      rules.stop();
      return work.stop();
    },
    failed: work.failed,
  };
};
