// The tracker as a process of its own.
import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { openPlaces } from '@pushtech/place';
import { run } from '@pushtech/service';
import { createTracker } from './app.ts';
import { readTrackerSettings } from './config.ts';

await run('tracker', readTrackerSettings, (settings) => async (kit) => {
  const { ADMIN_PASSWORD: password, API_TOKEN: apiToken } = settings;
  const guard = createGuard({ ...kit, password, apiToken });
  const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
  const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
  const tracker = createTracker({ ...kit, buffer, guard, places, devices: createDevices() });
  return { services: [tracker], routes: [guard.routes], requireMetrics: guard.require('metrics:read') };
});
