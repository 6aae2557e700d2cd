import { createGuard, guardOptions } from '@pushtech/admin';
import { openLog } from '@pushtech/log';
import { run } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { createStatsConsumer } from './app.ts';
import { readStatsSettings, statsOptions } from './config.ts';

await run('stats', readStatsSettings, (settings) => async (kit) => {
  const store = kit.keep(await openStore(settings.STORE_URL, kit));
  const guard = kit.keep(createGuard({ ...kit, ...guardOptions(settings), store }));
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  const stats = kit.keep(
    await openStats(settings.STATS_URL, {
      clock: kit.clock,
      warn: kit.warn,
      ...statsOptions(settings),
    }),
  );
  return {
    services: [createStatsConsumer({ ...kit, guard, store, log, stats })],
    routes: [guard.routes],
    requireMetrics: guard.require('metrics:read'),
  };
});
