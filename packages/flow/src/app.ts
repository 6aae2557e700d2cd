import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createStatsConsumer } from '@pushtech/consumer-stats';
import { createDevices } from '@pushtech/device';
import { createEnricher } from '@pushtech/enricher';
import { newId } from '@pushtech/event';
import { createKafidx } from '@pushtech/kafidx';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { createHost, createMetrics, type Host, type Logger, readSecretKey } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { createTracker } from '@pushtech/tracker';
import type { FlowSettings } from './config.ts';
import { frontPage } from './routes/front-page.ts';

export interface Flow {
  host: Host;
  /** Stops the services in the order of the flow, then closes the engines. */
  close(): Promise<void>;
}

/** Opens the engines and puts all services into one process. What was opened is closed again when a later part fails. */
export const createFlow = async (settings: FlowSettings, record: Logger): Promise<Flow> => {
  await using opened = new AsyncDisposableStack();
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
    opened.defer(() => thing.close());
    return thing;
  };
  const warn = (facts: object, sentence: string) => record.warn(facts, sentence);
  const clock = Date.now;
  const metrics = createMetrics();
  const secretKey = readSecretKey(settings.SECRET_KEY, settings.DATA_DIR);
  const guard = createGuard({ password: settings.ADMIN_PASSWORD, apiToken: settings.API_TOKEN, secretKey, clock });
  const devices = createDevices();
  const places = keep(await openPlaces({ cityPath: settings.GEOIP_CITY_PATH, warn }));
  const buffer = keep(await openBuffer(settings.BUFFER_URL));
  const log = keep(await openLog(settings.LOG_URL));
  const stats = keep(
    await openStats(settings.STATS_URL, {
      clock,
      warn,
      properties: settings.STATS_PROPERTIES,
      retentionDays: settings.RETENTION_DAYS,
      duplicateWindowDays: settings.DUPLICATE_WINDOW_DAYS,
      duplicateWindowIds: settings.DUPLICATE_WINDOW_IDS,
    }),
  );

  const shared = { guard, record, metrics, clock, newId, secretKey };
  const services = [
    createTracker({ ...shared, buffer, places, devices, trustedProxies: settings.TRUSTED_PROXIES }),
    createEnricher({ ...shared, buffer, log, places, devices, sites: settings.SITES, worker: 'flow' }),
    createStatsConsumer({ ...shared, log, stats }),
    createKafidx({ ...shared, log }),
  ];
  const host = await createHost({
    services,
    routes: [guard.routes, frontPage(places.attribution)],
    record,
    metrics,
    requireMetrics: guard.require('metrics:read'),
  });
  opened.defer(() => host.close());
  const held = opened.move();
  return { host, close: () => held.disposeAsync() };
};
