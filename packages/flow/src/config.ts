import { ownStatsSettings } from '@pushtech/consumer-stats/config';
import { ownEnricherSettings } from '@pushtech/enricher/config';
import { commonSettings, loadSettings } from '@pushtech/service';
import { ownTrackerSettings } from '@pushtech/tracker/config';
import { ownWebsiteSettings } from '@pushtech/website/config';
import type { z } from 'zod';

/** The settings of all services together; the only reader of the environment in the one-process form. */
export const flowSettings = commonSettings.extend({
  ...ownTrackerSettings,
  ...ownEnricherSettings,
  ...ownStatsSettings,
  ...ownWebsiteSettings,
});

export type FlowSettings = z.infer<typeof flowSettings>;

export const readFlowSettings = (env: NodeJS.ProcessEnv) => loadSettings(flowSettings, env);
