import { commonSettings, loadSettings } from '@pushtech/service';
import { z } from 'zod';

/** The only reader of the tracker's environment. */
export const trackerSettings = commonSettings.extend({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8081)
    .describe('port to listen on; 0 = any free one'),
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities for `GET /t`; empty = the bundled one'),
});

export const readTrackerSettings = (env: NodeJS.ProcessEnv) => loadSettings(trackerSettings, env);
