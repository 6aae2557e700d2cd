import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@pushtech/testing';
import { NO_PLACES } from '../start-flow.ts';
import type { EngineUrls } from './engine-set.ts';
import { FIRST, LATER } from './prioritise.ts';
import { createServiceProcess, type ServiceProcess } from './service-process.ts';
import type { Watchdog } from './watchdog.ts';

const ROOT = new URL('../../../../', import.meta.url).pathname;

const mains = {
  tracker: 'tracker/src/main.ts',
  enricher: 'enricher/src/main.ts',
  stats: 'consumers/stats/src/main.ts',
  kafidx: 'kafidx/src/main.ts',
  flow: 'packages/flow/src/main.ts',
};
export type Kind = keyof typeof mains;
export type Copies = Partial<Record<Kind, number>>;

export interface Services {
  /** The copies of a kind; the one process where all are in one. */
  of(kind: Kind): ServiceProcess[];
  all(): ServiceProcess[];
  /** One more copy, started. */
  add(kind: Kind): Promise<ServiceProcess>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  home: string;
  engines: EngineUrls;
  copies: Copies;
  /** Beside what every copy gets. */
  env?: Record<string, string>;
  /** Told the processes that run now. */
  watch: Watchdog['watch'];
}

/** All copies of all services, as processes that know nothing but their environment. */
export const startServices = async ({
  home,
  engines,
  copies,
  env = {},
  watch,
}: ServicesOptions): Promise<Services> => {
  const byKind = new Map<Kind, ServiceProcess[]>();
  const all = () => [...byKind.values()].flat();

  const add = async (kind: Kind): Promise<ServiceProcess> => {
    const siblings = byKind.get(kind) ?? [];
    const name = `${kind}-${siblings.length + 1}`;
    const own = join(home, name);
    mkdirSync(own, { recursive: true });
    const service = createServiceProcess({
      name,
      main: join(ROOT, mains[kind]),
      nice: kind === 'tracker' || kind === 'flow' ? FIRST : LATER,
      port: await freePort(),
      started: () => watch({ pids: all().flatMap(({ pid }) => pid() ?? []) }),
      logFile: join(home, `${name}.log`),
      env: {
        DATA_DIR: own,
        SPOOL_DIR: join(own, 'spool'),
        WORKER_NAME: name,
        SECRET_KEY: 'a key that all copies share, of 32 characters',
        HEARTBEAT_SECONDS: '0',
        GEOIP_CITY_PATH: NO_PLACES,
        LOG_LEVEL: 'info',
        ...engines,
        ...env,
      },
    });
    byKind.set(kind, [...siblings, service]);
    await service.start();
    return service;
  };

  // What reads first: nothing waits for a reader that comes later.
  const kinds = (['kafidx', 'stats', 'enricher', 'tracker', 'flow'] as const).flatMap((kind) =>
    Array.from({ length: copies[kind] ?? 0 }, () => kind),
  );
  const services: Services = {
    of: (kind) => byKind.get(kind) ?? byKind.get('flow') ?? [],
    all,
    add,
    // Trackers first: what they still hold can go its way.
    async close() {
      for (const service of all().toReversed()) await service.close();
    },
  };
  try {
    for (const kind of kinds) await add(kind);
  } catch (error) {
    await services.close();
    throw error;
  }
  return services;
};
