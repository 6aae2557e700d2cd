import { hostname } from 'node:os';
import { commonSettings, loadSettings } from '@pushtech/service';
import { z } from 'zod';

/** The enricher's settings; it is the only reader of its environment. */
export const enricherSettings = commonSettings.extend({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8082)
    .describe('port to listen on; 0 = any free one'),
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities, followed through its changes; empty = the bundled one'),
  WORKER_NAME: z
    .string()
    .default('')
    .describe('name of this copy among the enrichers, the same after a restart; empty = the host name'),
});

export const readEnricherSettings = (env: NodeJS.ProcessEnv) => {
  const settings = loadSettings(enricherSettings, env);
  return { ...settings, WORKER_NAME: settings.WORKER_NAME || hostname() };
};
