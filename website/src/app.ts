import type { Guard } from '@pushtech/admin';
import { honourErasures, type Log } from '@pushtech/log';
import type { Places } from '@pushtech/place';
import type { IsHttps, Logger, Metrics, ReadAddress, Service } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';
import type { Store } from '@pushtech/store';
import { type Links, registerLook } from '@pushtech/ui';
import { type Arrivals, createArrivals } from './arrivals/arrivals.ts';
import { showAway } from './away.ts';
import type { Kept, TagAddress } from './config.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { documentationRoutes } from './documentation/routes.ts';
import type { Example } from './example.ts';
import { readForms } from './forms.ts';
import { createFrame, type Frame, websiteAssets } from './frame.ts';
import { homeRoute } from './home/route.ts';
import { privacyRoutes } from './privacy/routes.ts';
import { sitesRoutes } from './sites/routes.ts';
import { createTrackerOrigin, type TrackerOrigin } from './tracker-origin.ts';

export interface WebsiteDeps {
  guard: Guard;
  store: Store;
  stats: Stats;
  log: Log;
  /** What topic `erased` names visitors by; the same in every service. */
  secretKey: string;
  places: Places;
  links: Links;
  /** `PUBLIC_URL` as it was set. */
  publicUrl: string;
  /** `TILE_URL`. */
  tileUrl: string;
  /** `STATS_PROPERTIES`: event properties that are counted too. */
  properties: readonly string[];
  /** What the snippet names. */
  tag: TagAddress;
  /** How long what is kept, for the privacy page. */
  kept: Kept;
  /** The example data; none where the counters are not our own. */
  example?: Example;
  readAddress: ReadAddress;
  isHttps: IsHttps;
  record: Logger;
  metrics: Metrics;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
}

/** What the website's own screens share. */
export interface ScreenDeps extends WebsiteDeps {
  frame: Frame;
  arrivals: Arrivals;
  trackerOrigin: TrackerOrigin;
}

/** What people see who are not engineers: start page, sites, numbers, privacy, documentation. */
export const createWebsite = (given: WebsiteDeps): Service => {
  const deps = { ...given, log: honourErasures(given.log, { secretKey: given.secretKey, leave: 'trace' }) };
  const { log, record, metrics } = deps;
  const arrivals = createArrivals({
    log,
    failed: (error) =>
      record.warn({ err: error }, 'The log cannot be read; those who wait for a visit wait on.'),
  });
  const shared: ScreenDeps = {
    ...deps,
    frame: createFrame(deps),
    arrivals,
    trackerOrigin: createTrackerOrigin(deps),
  };
  metrics.gauge(
    'pushtech_website_waiting_screens',
    'Screens that wait for a visit to arrive.',
    () => arrivals.size,
  );

  return {
    name: 'website',
    async routes(app) {
      registerLook(app);
      websiteAssets.register(app);
      for (const routes of [homeRoute, privacyRoutes, documentationRoutes, sitesRoutes, dashboardRoutes]) {
        await app.register(async (own) => {
          readForms(own);
          showAway(own, shared.frame);
          routes(own, shared);
        });
      }
    },
    async start() {},
    async status() {
      const problem = deps.guard.problem();
      return { degraded: problem === undefined ? [] : [problem] };
    },
    stop: () => arrivals.stop(),
  };
};
