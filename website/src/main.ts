// The website as a process of its own.
import { createGuard, guardOptions } from '@pushtech/admin';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { run } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { createLinks } from '@pushtech/ui';
import { createWebsite } from './app.ts';
import { keptFor, readWebsiteSettings, tagAddress } from './config.ts';

await run('website', readWebsiteSettings, (settings) => async (kit) => {
  const store = kit.keep(await openStore(settings.STORE_URL, kit));
  const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
  const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  const stats = kit.keep(
    await openStats(settings.STATS_URL, {
      clock: kit.clock,
      warn: kit.warn,
      properties: settings.STATS_PROPERTIES,
      maintainMs: 0,
    }),
  );
  const links = createLinks(settings.PUBLIC_URL);
  return {
    services: [
      createWebsite({
        ...kit,
        guard,
        store,
        stats,
        log,
        places,
        links,
        publicUrl: settings.PUBLIC_URL,
        tileUrl: settings.TILE_URL,
        kept: keptFor(settings),
        tag: tagAddress(settings),
        properties: settings.STATS_PROPERTIES,
      }),
    ],
    routes: [guard.routes],
    requireMetrics: guard.require('metrics:read'),
  };
});
