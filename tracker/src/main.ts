// The tracker as a process of its own.
import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { openPlaces } from '@pushtech/place';
import { run } from '@pushtech/service';
import { createTracker, openSpool } from './app.ts';
import { readTrackerSettings, trackerOptions } from './config.ts';

await run('tracker', readTrackerSettings, (settings) => async (kit) => {
  const { ADMIN_PASSWORD: password, API_TOKEN: apiToken } = settings;
  const guard = createGuard({ ...kit, password, apiToken });
  const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
  const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
  const { spool: spoolOptions, heartbeatSeconds } = trackerOptions(settings);
  const spool = kit.keep(await openSpool({ ...kit, ...spoolOptions }));
  const devices = createDevices();
  const tracker = createTracker({ ...kit, buffer, spool, heartbeatSeconds, guard, places, devices });
  return { services: [tracker], routes: [guard.routes], requireMetrics: guard.require('metrics:read') };
});
