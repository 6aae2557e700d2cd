// The tracker as a process of its own.
import { createGuard, guardOptions } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { openPlaces } from '@pushtech/place';
import { run } from '@pushtech/service';
import { openStore } from '@pushtech/store';
import { createTracker, openSpool } from './app.ts';
import { readTrackerSettings, trackerOptions } from './config.ts';

await run('tracker', readTrackerSettings, (settings) => async (kit) => {
  const store = kit.keep(await openStore(settings.STORE_URL, kit));
  const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
  const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
  const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
  const { spool: spoolOptions, ...options } = trackerOptions(settings);
  const spool = kit.keep(await openSpool({ ...kit, ...spoolOptions }));
  const devices = createDevices();
  const tracker = createTracker({ ...kit, ...options, buffer, spool, guard, places, devices });
  return { services: [tracker], routes: [guard.routes], requireMetrics: guard.require('metrics:read') };
});
