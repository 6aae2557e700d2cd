import { createGuard, guardOptions } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { run } from '@pushtech/service';
import { openStore } from '@pushtech/store';
import { createEnricher } from './app.ts';
import { readEnricherSettings, workerName } from './config.ts';

await run('enricher', readEnricherSettings, (settings) => async (kit) => {
  const places = kit.keep(await openPlaces({ ...kit, cityPath: settings.GEOIP_CITY_PATH }));
  const store = kit.keep(await openStore(settings.STORE_URL, kit));
  const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
  const own = { devices: createDevices(), sites: settings.SITES, worker: workerName(settings) };
  const enricher = createEnricher({ ...kit, ...own, places, log, buffer, store });
  return { services: [enricher], requireMetrics: guard.require('metrics:read') };
});
