import { UsageError } from '../task.ts';
import { type ComposeChoice, type OverlayName, overlayNames } from './compose-files.ts';

/** Flags that every task for Compose knows. */
export const composeOptions = {
  'env-file': { type: 'string' },
  project: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** Which files are laid over `compose.yaml`. */
export const overlayOptions = {
  dev: { type: 'boolean', default: false },
  production: { type: 'boolean', default: false },
  observability: { type: 'boolean', default: false },
} as const;

type Given = Partial<Record<OverlayName, boolean>> & {
  'env-file'?: string | undefined;
  project?: string | undefined;
};

/** What the flags say. @throws UsageError they contradict each other */
export const choiceOf = (given: Given): ComposeChoice => {
  // Copies of a service cannot share its port of this machine.
  if (given.dev && given.production) throw new UsageError('--dev and --production do not go together');
  return {
    overlays: overlayNames.filter((name) => given[name]),
    ...(given['env-file'] && { envFile: given['env-file'] }),
    ...(given.project && { project: given.project }),
  };
};

export const overlayHelp = `
--dev            sources of this checkout, ports for every service and store
--production     TLS and host names by Caddy, several copies
--observability  Prometheus and Grafana`.trim();

export const composeHelp = `
--env-file F     another file than docker-compose/.env
--project NAME   another name than pushtech: a second stack on this machine
--dry-run        shows the command only`.trim();
