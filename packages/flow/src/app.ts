import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createStatsConsumer } from '@pushtech/consumer-stats';
import { statsOptions } from '@pushtech/consumer-stats/config';
import { createDevices } from '@pushtech/device';
import { createEnricher } from '@pushtech/enricher';
import { workerName } from '@pushtech/enricher/config';
import { createKafidx } from '@pushtech/kafidx';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import type { Kit, Parts } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { createTracker, openSpool } from '@pushtech/tracker';
import { trackerOptions } from '@pushtech/tracker/config';
import type { FlowSettings } from './config.ts';
import { frontPage, screens } from './routes/front-page.ts';

/** All services of the system, in the order of the flow, on the engines that the settings name. */
export const buildFlow =
  (settings: FlowSettings) =>
  async (kit: Kit): Promise<Parts> => {
    const guard = createGuard({ ...kit, password: settings.ADMIN_PASSWORD, apiToken: settings.API_TOKEN });
    const devices = createDevices();
    const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
    const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
    const { spool: spoolOptions, heartbeatSeconds } = trackerOptions(settings);
    const spool = kit.keep(await openSpool({ ...kit, ...spoolOptions }));
    const log = kit.keep(await openLog(settings.LOG_URL, kit));
    const stats = kit.keep(
      await openStats(settings.STATS_URL, {
        clock: kit.clock,
        warn: kit.warn,
        ...statsOptions(settings),
      }),
    );
    const shared = { ...kit, guard, buffer, log, stats, places, devices };
    return {
      services: [
        createTracker({ ...shared, spool, heartbeatSeconds }),
        createEnricher({ ...shared, sites: settings.SITES, worker: workerName(settings) }),
        createStatsConsumer(shared),
        createKafidx({ ...shared, nav: screens }),
      ],
      routes: [guard.routes, frontPage(places, settings.PUBLIC_URL)],
      requireMetrics: guard.require('metrics:read'),
    };
  };
