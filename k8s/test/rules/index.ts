import { agreement } from './agreement.ts';
import { budget } from './budget.ts';
import { copies } from './copies.ts';
import { environment } from './environment.ts';
import { flow } from './flow.ts';
import { heap } from './heap.ts';
import { hosts } from './hosts.ts';
import { images } from './images.ts';
import { names } from './names.ts';
import { podReferences } from './pod-references.ts';
import { podSecurity } from './pod-security.ts';
import { ports } from './ports.ts';
import { probes } from './probes.ts';
import { resources } from './resources.ts';
import type { Rule } from './rule.ts';
import { schema } from './schema.ts';
import { secrets } from './secrets.ts';
import { serviceTargets } from './service-targets.ts';
import { state } from './state.ts';
import { stopping } from './stopping.ts';
import { targets } from './targets.ts';
import { versions } from './versions.ts';

/** By the name of its file, and of the fixture that breaks it. */
export const rules: Readonly<Record<string, Rule>> = {
  agreement,
  budget,
  copies,
  environment,
  flow,
  heap,
  hosts,
  images,
  names,
  'pod-references': podReferences,
  'pod-security': podSecurity,
  ports,
  probes,
  resources,
  schema,
  secrets,
  'service-targets': serviceTargets,
  state,
  stopping,
  targets,
  versions,
};
