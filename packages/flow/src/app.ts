import { createGuard, guardOptions } from '@pushtech/admin';
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
import { openStore } from '@pushtech/store';
import { createTracker, openSpool } from '@pushtech/tracker';
import { trackerOptions } from '@pushtech/tracker/config';
import { createLinks } from '@pushtech/ui';
import { createWebsite } from '@pushtech/website';
import { keptFor, tagAddress } from '@pushtech/website/config';
import type { FlowSettings } from './config.ts';
import { openExample } from './example/example.ts';

/** All services of the system, in the order of the flow, on the engines that the settings name. */
export const buildFlow =
  (settings: FlowSettings) =>
  async (kit: Kit): Promise<Parts> => {
    const store = kit.keep(await openStore(settings.STORE_URL, kit));
    const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
    const devices = createDevices();
    const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
    const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
    const { spool: spoolOptions, ...tracker } = trackerOptions(settings);
    const spool = kit.keep(await openSpool({ ...kit, ...spoolOptions }));
    const log = kit.keep(await openLog(settings.LOG_URL, kit));
    const stats = kit.keep(
      await openStats(settings.STATS_URL, {
        clock: kit.clock,
        warn: kit.warn,
        ...statsOptions(settings),
      }),
    );
    const links = createLinks(settings.PUBLIC_URL);
    const example = kit.keep(await openExample({ ...kit, dataDir: settings.DATA_DIR, places, devices }));
    const shared = { ...kit, guard, store, buffer, log, stats, places, devices, links };
    return {
      services: [
        createTracker({ ...shared, ...tracker, spool }),
        createEnricher({ ...shared, sites: settings.SITES, worker: workerName(settings) }),
        createStatsConsumer(shared),
        createKafidx(shared),
        createWebsite({
          ...shared,
          publicUrl: settings.PUBLIC_URL,
          tileUrl: settings.TILE_URL,
          kept: keptFor(settings),
          tag: tagAddress(settings),
          properties: settings.STATS_PROPERTIES,
          example,
        }),
      ],
      routes: [guard.routes],
      requireMetrics: guard.require('metrics:read'),
    };
  };
