import { commonSettings, listSetting, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

const whole = (least: number) => z.coerce.number().int().min(least);

/** What only the stats consumer knows; also part of the one-process settings. */
export const ownStatsSettings = {
  STATS_PROPERTIES: listSetting
    .default([])
    .describe('event properties that are counted too, e.g. status,method'),
  RETENTION_DAYS: whole(0).default(0).describe('days the counters are kept; 0 = for ever'),
  DUPLICATE_WINDOW_DAYS: whole(1).default(7).describe('days an event id is recognised'),
  DUPLICATE_WINDOW_IDS: whole(1000).default(5_000_000).describe('ids that are recognised at the most'),
};

export const statsSettings = commonSettings.extend({ PORT: portSetting(8083), ...ownStatsSettings });
export type StatsSettings = z.infer<typeof statsSettings>;

/** The only reader of its environment. */
export const readStatsSettings = (env: NodeJS.ProcessEnv) => loadSettings(statsSettings, env);

/** What the engine needs of them. */
export const statsOptions = (settings: Pick<StatsSettings, keyof typeof ownStatsSettings>) => ({
  properties: settings.STATS_PROPERTIES,
  retentionDays: settings.RETENTION_DAYS,
  duplicateWindowDays: settings.DUPLICATE_WINDOW_DAYS,
  duplicateWindowIds: settings.DUPLICATE_WINDOW_IDS,
});
