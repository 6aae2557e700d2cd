import { fileURLToPath } from 'node:url';
import { PushtechError } from '@pushtech/event';
import { readIfThere } from './dotenv-file.ts';

/** Where the files for Compose lie, with a `/` at its end. */
export const composeFolder = new URL('../../../docker-compose/', import.meta.url);

/** What may be laid over `compose.yaml`, in this order. */
export const overlayNames = ['dev', 'production', 'observability'] as const;
export type OverlayName = (typeof overlayNames)[number];

/** Names of the files, first to last. */
export const composeFiles = (overlays: readonly OverlayName[]): string[] => [
  'compose.yaml',
  ...overlayNames.filter((name) => overlays.includes(name)).map((name) => `compose.${name}.yaml`),
];

export interface ComposeChoice {
  overlays: readonly OverlayName[];
  /** Default: `docker-compose/.env`. */
  envFile?: string;
  /** Default: the name in `compose.yaml`. */
  project?: string;
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, composeFolder));

/** `docker compose` with the files that were chosen, up to its command. */
export const composeWords = ({ overlays, envFile = pathOf('.env'), project }: ComposeChoice): string[] => [
  'docker',
  'compose',
  '--env-file',
  envFile,
  ...(project ? ['--project-name', project] : []),
  ...composeFiles(overlays).flatMap((name) => ['--file', pathOf(name)]),
];

/** What stands in the file of secrets and settings. @throws PushtechError `DOTENV_MISSING` (fatal) there is none */
export const readEnvFile = (envFile: string = pathOf('.env')): string => {
  const text = readIfThere(envFile);
  if (text !== undefined) return text;
  const message = `there is no ${envFile} yet: npm run tasks -- dotenv:generate`;
  throw new PushtechError('DOTENV_MISSING', 'fatal', message);
};
