// The live viewer as a process of its own.
import { createGuard } from '@pushtech/admin';
import { openLog } from '@pushtech/log';
import { run } from '@pushtech/service';
import { createKafidx } from './app.ts';
import { readKafidxSettings } from './config.ts';

await run('kafidx', readKafidxSettings, (settings) => async (kit) => {
  const guard = createGuard({ ...kit, password: settings.ADMIN_PASSWORD, apiToken: settings.API_TOKEN });
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  return {
    services: [createKafidx({ ...kit, guard, log })],
    routes: [guard.routes],
    requireMetrics: guard.require('metrics:read'),
  };
});
