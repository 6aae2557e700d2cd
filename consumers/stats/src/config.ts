import { commonSettings, loadSettings } from '@pushtech/service';
import { z } from 'zod';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const whole = (least: number) => z.coerce.number().int().min(least);

/** The settings of the stats consumer; it is the only reader of its environment. */
export const statsSettings = commonSettings.extend({
  PORT: whole(0).max(65_535).default(8083).describe('port to listen on; 0 = any free one'),
  STATS_PROPERTIES: list.default([]).describe('event properties that are counted too, e.g. status,method'),
  RETENTION_DAYS: whole(0).default(0).describe('days the counters are kept; 0 = for ever'),
  DUPLICATE_WINDOW_DAYS: whole(1).default(7).describe('days an event id is recognised'),
  DUPLICATE_WINDOW_IDS: whole(1000).default(5_000_000).describe('ids that are recognised at the most'),
});

export const readStatsSettings = (env: NodeJS.ProcessEnv) => loadSettings(statsSettings, env);
