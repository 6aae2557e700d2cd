import { createGuard } from '@pushtech/admin';
import { openLog } from '@pushtech/log';
import { run } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { createStatsConsumer } from './app.ts';
import { readStatsSettings, statsOptions } from './config.ts';

await run('stats', readStatsSettings, (settings) => async (kit) => {
  const guard = createGuard({ ...kit, password: settings.ADMIN_PASSWORD, apiToken: settings.API_TOKEN });
  const log = kit.keep(await openLog(settings.LOG_URL, kit));
  const stats = kit.keep(
    await openStats(settings.STATS_URL, {
      clock: kit.clock,
      warn: kit.warn,
      ...statsOptions(settings),
    }),
  );
  return {
    services: [createStatsConsumer({ ...kit, guard, log, stats })],
    routes: [guard.routes],
    requireMetrics: guard.require('metrics:read'),
  };
});
