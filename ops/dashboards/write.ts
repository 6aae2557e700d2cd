// `npm run dashboards`: writes ops/grafana/*.json from what stands beside this file.
import { writeFileSync } from 'node:fs';
import { dashboards } from './all.ts';
import { toGrafana } from './dashboard.ts';

for (const dashboard of dashboards) {
  const path = new URL(`../grafana/${dashboard.uid}.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`);
}
