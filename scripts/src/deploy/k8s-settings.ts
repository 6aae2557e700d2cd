import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { settingsTable } from '@pushtech/service';
import { deployedServices } from './services.ts';

/** Zod's, as `@pushtech/service` has it: the tasks have no zod of their own. */
type Schema = Parameters<typeof settingsTable>[0];

interface Setting {
  key: string;
  fallback: string;
  meaning: string;
}

/** What is otherwise in a cluster. */
const inCluster: Readonly<Record<string, string>> = {
  HOST: '0.0.0.0',
  DATA_DIR: '/data',
  // The front door, the Ingress or the Gateway.
  TRUSTED_PROXIES: '1',
};

/** Their values come from the Secret `pushtech-secrets`. */
export const secretKeys = ['ADMIN_PASSWORD', 'API_TOKEN', 'OIDC_CLIENT_SECRET', 'SECRET_KEY'] as const;

/** Which stores a service talks to: their URLs come from the Secret `pushtech-stores`, the others stay empty. */
export const storesOf: Readonly<Record<string, readonly string[]>> = {
  tracker: ['BUFFER_URL', 'STORE_URL'],
  enricher: ['BUFFER_URL', 'LOG_URL', 'STORE_URL'],
  'consumer-stats': ['LOG_URL', 'STATS_URL', 'STORE_URL'],
  kafidx: ['BUFFER_URL', 'LOG_URL', 'STATS_URL', 'STORE_URL'],
  website: ['LOG_URL', 'STATS_URL', 'STORE_URL'],
};

const isSchema = (value: unknown): value is Schema => (value as Schema)?.shape?.PORT !== undefined;

/**
 * The settings a service's own schema names. Its folder is looked up beside ours: tasks are no part of any service.
 * @param root the checkout
 */
export const schemaOf = async (root: string, folder: string): Promise<Schema> => {
  const module = await import(pathToFileURL(join(root, folder, 'src/config.ts')).href);
  const schema = Object.values(module).find(isSchema);
  if (!schema) throw new Error(`${folder}/src/config.ts exports no settings`);
  return schema;
};

const fileOf = (settings: readonly Setting[]): string =>
  settings
    .map(({ key, fallback, meaning }) => `# ${meaning}\n${key}=${inCluster[key] ?? fallback}\n`)
    .join('\n');

const header = (of: string): string =>
  `# Settings of ${of}; made of the schema by \`npm run tasks -- k8s:render\`. Overlays change them, nobody edits this.\n\n`;

/** Files of the base's ConfigMaps: path below `k8s/` and content. */
export const settingsFiles = async (root: string): Promise<Map<string, string>> => {
  // Loaded here: the other tasks need no web server, and start in half the time.
  const { commonSettings, settingsTable } = await import('@pushtech/service');
  const own = (setting: Setting) => setting.key === 'PORT' || setting.key.endsWith('_URL');
  const isShared = (setting: Setting) =>
    setting.key in commonSettings.shape && (setting.key === 'PUBLIC_URL' || !own(setting));
  const isSecret = ({ key }: Setting) => secretKeys.some((one) => one === key);

  const files = new Map<string, string>();
  const shared = settingsTable(commonSettings).filter((one) => isShared(one) && !isSecret(one));
  files.set('base/settings.env', header('all services') + fileOf(shared));
  for (const { name, folder } of deployedServices) {
    if (!existsSync(join(root, folder))) continue;
    const stores = storesOf[name] ?? [];
    const rest = settingsTable(await schemaOf(root, folder)).filter(
      (one) => !isShared(one) && !isSecret(one) && !stores.includes(one.key),
    );
    files.set(`base/${name}/settings.env`, header(name) + fileOf(rest));
  }
  return files;
};
