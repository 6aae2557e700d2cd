import { commonSettings, loadSettings } from '@pushtech/service';
import { z } from 'zod';

/** The settings of all services together; the only reader of the environment in the one-process form. */
export const flowSettings = commonSettings.extend({
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities; empty = the bundled DB-IP database'),
  STATS_PROPERTIES: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .default([])
    .describe('event properties that are counted too, e.g. status,method'),
  RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('days the counters are kept; 0 = for ever'),
  DUPLICATE_WINDOW_DAYS: z.coerce.number().int().min(1).default(7).describe('days an event id is recognised'),
  DUPLICATE_WINDOW_IDS: z.coerce
    .number()
    .int()
    .min(1000)
    .default(5_000_000)
    .describe('ids that are recognised at the most'),
});

export type FlowSettings = z.infer<typeof flowSettings>;

export const readFlowSettings = (env: NodeJS.ProcessEnv) => loadSettings(flowSettings, env);
