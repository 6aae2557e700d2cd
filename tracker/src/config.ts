import { join } from 'node:path';
import { commonSettings, listSetting, loadSettings, portSetting } from '@pushtech/service';
import { z } from 'zod';
import { isTagName, isTrackPath } from './names.ts';

/** What the tracker knows beside what all know; part of the one-process settings too. */
export const ownTrackerSettings = {
  SPOOL_DIR: z
    .string()
    .default('')
    .describe(
      'local folder where hits wait while the buffer is away; trackers may share it; empty = spool in DATA_DIR',
    ),
  SPOOL_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(1024 ** 3)
    .describe('bytes the spool of one tracker may take; 0 = no spool'),
  HEARTBEAT_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(60)
    .describe('how often the tracker sends an event of its own that measures the whole road; 0 = never'),
  TAG_NAMES: listSetting
    .refine((names) => names.every(isTagName), 'must be file names that end in .js, e.g. s.js,app/stats.js')
    .default(['t.js'])
    .describe('names of the script for pages; t.js always is one'),
  TRACK_PATHS: listSetting
    .refine((paths) => paths.every(isTrackPath), 'must be paths that no screen has, e.g. /hello')
    .default([])
    .describe('paths that take hits beside /t; a script of another name than t.js sends to the first'),
};

/** What the tracker's settings say of its spool, its heartbeat and its names. */
export const trackerOptions = (
  settings: z.infer<z.ZodObject<typeof ownTrackerSettings>> & { DATA_DIR: string },
) => ({
  spool: {
    directory: settings.SPOOL_DIR || join(settings.DATA_DIR, 'spool'),
    maxBytes: settings.SPOOL_MAX_BYTES,
  },
  heartbeatSeconds: settings.HEARTBEAT_SECONDS,
  tagNames: settings.TAG_NAMES,
  trackPaths: settings.TRACK_PATHS,
});

/** The only reader of the tracker's environment. */
export const trackerSettings = commonSettings.extend({
  PORT: portSetting(8081),
  ...ownTrackerSettings,
  GEOIP_CITY_PATH: z
    .string()
    .default('')
    .describe('an .mmdb with cities for `GET /t`; empty = the bundled one'),
});

export const readTrackerSettings = (env: NodeJS.ProcessEnv) => loadSettings(trackerSettings, env);
