import { commonSettings, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

const whole = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** The settings of the live viewer; it is the only reader of its environment. */
export const kafidxSettings = commonSettings.extend({
  PORT: portSetting(8084),
  DUPLICATE_WINDOW_DAYS: whole(7).describe('days an event id is recognised; the same as for stats'),
  DUPLICATE_WINDOW_IDS: whole(5_000_000).describe(
    'ids that are recognised at the most; the same as for stats',
  ),
});

export const readKafidxSettings = (env: NodeJS.ProcessEnv) => loadSettings(kafidxSettings, env);
