import { commonSettings, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

/** The only reader of the tracker's environment. */
export const trackerSettings = commonSettings.extend({
  PORT: portSetting(8081),
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities for `GET /t`; empty = the bundled one'),
});

export const readTrackerSettings = (env: NodeJS.ProcessEnv) => loadSettings(trackerSettings, env);
