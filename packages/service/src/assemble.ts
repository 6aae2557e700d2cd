import { newId, PushtechError } from '@pushtech/event';
import { createIsHttps, createReadAddress, type IsHttps, type ReadAddress } from './client-address.ts';
import { createHost, type Host, type HostOptions } from './host.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { runUntilSignal } from './run.ts';
import { readSecretKey } from './secret-key.ts';
import { type CommonSettings, SettingsError } from './settings.ts';

/** What services are given instead of finding it themselves. */
export interface Kit {
  record: Logger;
  warn: (facts: object, sentence: string) => void;
  metrics: Metrics;
  secretKey: string;
  /** Epoch ms. */
  clock: () => number;
  newId: () => string;
  /** By `TRUSTED_PROXIES`: whose request it is, and whether they speak TLS. */
  readAddress: ReadAddress;
  isHttps: IsHttps;
  /** Closes the engine again: at the end, or when a later part cannot be opened. */
  keep: <Engine extends { close(): Promise<void> }>(engine: Engine) => Engine;
}

export type Parts = Pick<HostOptions, 'services' | 'routes' | 'requireMetrics' | 'drainDelayMs'>;
export type Build = (kit: Kit) => Promise<Parts>;

export interface Assembled {
  host: Host;
  /** Stops the services in the order of the flow, then closes the engines. */
  close(): Promise<void>;
  /** Rejects when a service failed for good that is alone in its process. */
  failed: Promise<never>;
}

/**
 * A service alone in its process is better off in a new one. Beside others it must not take them along: the pixel answers
 * whatever else is down. There it goes on trying, and `/readyz` says so.
 */
const firstFailure = (services: Parts['services'], record: Logger): Promise<never> => {
  for (const { name, failed } of services) {
    failed?.catch((error) => record.fatal({ err: error, service: name }, 'A service cannot go on.'));
  }
  const failed = Promise.race(
    services.length === 1 ? services.flatMap((service) => service.failed ?? []) : [],
  );
  // Who does not watch it is not to be ended by it.
  failed.catch(() => {});
  return failed;
};

/** Opens engines and puts services on one host. What was opened is closed again when a later part fails. */
export const assemble = async (
  settings: CommonSettings,
  record: Logger,
  build: Build,
): Promise<Assembled> => {
  await using opened = new AsyncDisposableStack();
  const metrics = createMetrics();
  const readAddress = createReadAddress(settings.TRUSTED_PROXIES);
  const parts = await build({
    record,
    warn: (facts, sentence) => record.warn(facts, sentence),
    metrics,
    secretKey: readSecretKey(settings.SECRET_KEY, settings.DATA_DIR),
    clock: Date.now,
    newId,
    readAddress,
    isHttps: createIsHttps(settings.TRUSTED_PROXIES),
    keep: (engine) => opened.adopt(engine, () => engine.close()),
  });
  const host = await createHost({ ...parts, record, metrics, readAddress });
  opened.defer(() => host.close());
  const held = opened.move();
  return { host, close: () => held.disposeAsync(), failed: firstFailure(parts.services, record) };
};

const start = async <S extends CommonSettings>(name: string, settings: S, build: Build): Promise<string> => {
  const record = createLogger(settings.LOG_LEVEL, name);
  const { host, close, failed } = await assemble(settings, record, build);
  const { url } = await host.listen({ host: settings.HOST, port: settings.PORT });
  runUntilSignal(record, close, failed);
  record.info({ url, ms: Math.round(process.uptime() * 1000) }, 'Ready.');
  return url;
};

/**
 * A whole process: reads its settings, assembles, listens, and stops on a signal. What hinders the start is said in plain
 * words and ends the process with exit code 1.
 * @returns the address it listens on
 */
export const run = async <S extends CommonSettings>(
  name: string,
  read: (env: NodeJS.ProcessEnv) => S,
  build: (settings: S) => Build,
): Promise<string> => {
  try {
    const settings = read(process.env);
    return await start(name, settings, build(settings));
  } catch (error) {
    const said = error instanceof SettingsError || error instanceof PushtechError;
    process.stderr.write(`${said ? error.message : ((error as Error)?.stack ?? error)}\n`);
    process.exit(1);
  }
};
