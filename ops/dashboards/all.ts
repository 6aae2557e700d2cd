import type { Dashboard } from './dashboard.ts';
import { flowDashboard } from './flow.ts';
import {
  enricherDashboard,
  kafidxDashboard,
  statsDashboard,
  trackerDashboard,
  websiteDashboard,
} from './services.ts';
import { storesDashboard } from './stores.ts';

export const dashboards: readonly Dashboard[] = [
  flowDashboard,
  trackerDashboard,
  enricherDashboard,
  statsDashboard,
  kafidxDashboard,
  websiteDashboard,
  storesDashboard,
];
