import { hostname } from 'node:os';
import { commonSettings, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

/** What the enricher knows beside what all know; `GEOIP_CITY_PATH` is part of the one-process settings too. */
export const ownEnricherSettings = {
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities, followed through its changes; empty = the bundled DB-IP database'),
};

export const enricherSettings = commonSettings.extend({
  PORT: portSetting(8082),
  ...ownEnricherSettings,
  WORKER_NAME: z
    .string()
    .default('')
    .describe('name of this copy among the enrichers, the same after a restart; empty = the host name'),
});

/** The only reader of its environment. */
export const readEnricherSettings = (env: NodeJS.ProcessEnv) => {
  const settings = loadSettings(enricherSettings, env);
  return { ...settings, WORKER_NAME: settings.WORKER_NAME || hostname() };
};
