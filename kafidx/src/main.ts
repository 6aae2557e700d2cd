// The live viewer as a process of its own.
import { createGuard, guardOptions } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { openLog } from '@pushtech/log';
import { run } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { createLinks } from '@pushtech/ui';
import { createKafidx } from './app.ts';
import { readKafidxSettings } from './config.ts';

await run('kafidx', readKafidxSettings, (settings) => async (kit) => {
  const store = kit.keep(await openStore(settings.STORE_URL, kit));
  const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
  const buffer = kit.keep(await openBuffer(settings.BUFFER_URL, kit));
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  const stats = kit.keep(
    await openStats(settings.STATS_URL, {
      clock: kit.clock,
      warn: kit.warn,
      duplicateWindowDays: settings.DUPLICATE_WINDOW_DAYS,
      duplicateWindowIds: settings.DUPLICATE_WINDOW_IDS,
      maintainMs: 0,
    }),
  );
  const links = createLinks(settings.PUBLIC_URL);
  return {
    services: [createKafidx({ ...kit, guard, log, buffer, stats, links })],
    routes: [guard.routes],
    requireMetrics: guard.require('metrics:read'),
  };
});
