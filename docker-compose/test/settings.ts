import { settingsTable } from '@pushtech/service';
import { statsSettings } from '../../consumers/stats/src/config.ts';
import { enricherSettings } from '../../enricher/src/config.ts';
import { kafidxSettings } from '../../kafidx/src/config.ts';
import { trackerSettings } from '../../tracker/src/config.ts';
import { websiteSettings } from '../../website/src/config.ts';

/** The settings of each service, under the name it is deployed by. */
export const schemas = {
  tracker: trackerSettings,
  enricher: enricherSettings,
  'consumer-stats': statsSettings,
  kafidx: kafidxSettings,
  website: websiteSettings,
} as const;

export type ServiceName = keyof typeof schemas;

/** Every setting once, in the order of the flow; what a service says of it first, counts. */
export const allSettings = (): ReturnType<typeof settingsTable> => {
  const found = new Map<string, ReturnType<typeof settingsTable>[number]>();
  for (const schema of Object.values(schemas)) {
    for (const row of settingsTable(schema)) if (!found.has(row.key)) found.set(row.key, row);
  }
  return [...found.values()];
};
