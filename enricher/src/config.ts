import { hostname } from 'node:os';
import { commonSettings, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

/** What only the enricher knows; also part of the one-process settings. */
export const ownEnricherSettings = {
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities, followed through its changes; empty = the bundled DB-IP database'),
  WORKER_NAME: z
    .string()
    .default('')
    .describe('name of this copy among the enrichers, the same after a restart; empty = host name and port'),
};

export const enricherSettings = commonSettings.extend({ PORT: portSetting(8082), ...ownEnricherSettings });

/** The only reader of its environment. */
export const readEnricherSettings = (env: NodeJS.ProcessEnv) => loadSettings(enricherSettings, env);

/** Two copies under one name would take each other's entries: on one machine they differ by port. */
export const workerName = ({ WORKER_NAME, PORT }: { WORKER_NAME: string; PORT: number }): string =>
  WORKER_NAME || `${hostname()}:${PORT === 0 ? `pid${process.pid}` : PORT}`;
