import { commonSettings, listSetting, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';

/** What the website knows beside what all know; part of the one-process settings too. */
export const ownWebsiteSettings = {
  TILE_URL: z
    .string()
    .default('')
    .describe('map tiles behind the countries, e.g. https://tile.example.org/{z}/{x}/{y}.png; empty = none'),
};

/** The only reader of the website's environment. */
export const websiteSettings = commonSettings.extend({
  PORT: portSetting(8089),
  ...ownWebsiteSettings,
  STATS_PROPERTIES: listSetting
    .default([])
    .describe('event properties that are counted too, e.g. status,method; the same as for stats'),
  TAG_NAMES: listSetting
    .default(['t.js'])
    .describe('names of the script for pages, the same as for the tracker; the first is shown'),
  TRACK_PATHS: listSetting
    .default([])
    .describe('paths that take hits beside /t, the same as for the tracker'),
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities for the own visit; empty = the bundled one'),
  RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('days the counters are kept, as the stats service has it; 0 = for ever'),
});

export const readWebsiteSettings = (env: NodeJS.ProcessEnv) => loadSettings(websiteSettings, env);

/** What stands in the snippet: the script's name, and the path of the pixel. */
export interface TagAddress {
  /** e.g. `t.js`. */
  name: string;
  /** e.g. `/t`. */
  path: string;
}

/** The first name that is set, and the path that a script of this name sends to. */
export const tagAddress = (settings: { TAG_NAMES: string[]; TRACK_PATHS: string[] }): TagAddress => {
  const name = settings.TAG_NAMES[0] ?? 't.js';
  return { name, path: name === 't.js' ? '/t' : (settings.TRACK_PATHS[0] ?? '/t') };
};

/** How long what is kept; 0 = for ever. */
export interface Kept {
  logDays: number;
  countersDays: number;
}

/** The log's own default (`packages/log`). */
const LOG_DAYS = 7;

const optionOf = (url: string, name: string): string | null =>
  new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length)).get(name);

/** What the privacy page says, from the settings that decide it. */
export const keptFor = (settings: { LOG_URL: string; RETENTION_DAYS: number }): Kept => {
  const ms = optionOf(settings.LOG_URL, 'retentionMs');
  return {
    logDays: ms === null ? LOG_DAYS : Math.ceil(Number(ms) / 86_400_000),
    countersDays: settings.RETENTION_DAYS,
  };
};
