import { openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { createHost, createLogger, createMetrics, readSecretKey, runUntilSignal } from '@pushtech/service';
import { createEnricher } from './app.ts';
import { readEnricherSettings } from './config.ts';

const settings = readEnricherSettings(process.env);
const record = createLogger(settings.LOG_LEVEL, 'enricher');
const metrics = createMetrics();

await using engines = new AsyncDisposableStack();
const keep = <Engine extends { close(): Promise<void> }>(engine: Engine): Engine =>
  engines.adopt(engine, () => engine.close());

const places = keep(
  await openPlaces({
    cityPath: settings.GEOIP_CITY_PATH,
    warn: (facts, sentence) => record.warn(facts, sentence),
  }),
);
const log = keep(await openLog(settings.LOG_URL));
const buffer = keep(await openBuffer(settings.BUFFER_URL));
const enricher = createEnricher({
  buffer,
  log,
  places,
  devices: createDevices(),
  secretKey: readSecretKey(settings.SECRET_KEY, settings.DATA_DIR),
  sites: settings.SITES,
  worker: settings.WORKER_NAME,
  clock: Date.now,
  record,
  metrics,
});

const host = await createHost({ services: [enricher], record, metrics });
const { url } = await host.listen({ host: settings.HOST, port: settings.PORT });
record.info({ url }, 'The enricher works.');

const closing = engines.move();
runUntilSignal(record, async () => {
  await host.close();
  await closing.disposeAsync();
});
