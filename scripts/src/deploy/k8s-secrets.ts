import { readFileSync } from 'node:fs';
import { PushtechError } from '@pushtech/event';
import { readDotenv, type Values } from './dotenv-text.ts';
import { namespace } from './kustomize.ts';

/** Beside OIDC_CLIENT_SECRET, which not everyone has. */
const needed = [
  'ADMIN_PASSWORD',
  'SECRET_KEY',
  'API_TOKEN',
  'METRICS_TOKEN',
  'REDIS_PASSWORD',
  'MONGO_PASSWORD',
];
const stores = ['BUFFER_URL', 'LOG_URL', 'STATS_URL', 'STORE_URL'] as const;

export const secretNames = ['pushtech-secrets', 'pushtech-stores'] as const;

const fail = (message: string, cause?: unknown): PushtechError =>
  new PushtechError('K8S_SECRETS', 'fatal', message, { cause });

/** @throws PushtechError `K8S_SECRETS` when it cannot be read */
export const readSecretsFile = (path: string): Values => {
  try {
    return readDotenv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fail(`${path} cannot be read; \`npm run tasks -- dotenv:generate\` makes one`, error);
  }
};

/** Of the stores in the cluster. */
const inCluster = (values: Values): Record<(typeof stores)[number], string> => {
  const [redis, mongo] = [values.REDIS_PASSWORD, values.MONGO_PASSWORD].map((word = '') =>
    encodeURIComponent(word),
  );
  return {
    BUFFER_URL: `redis://:${redis}@redis:6379/0`,
    LOG_URL: 'kafka://kafka:9092',
    STATS_URL: `redis://:${redis}@redis:6379/1`,
    STORE_URL: `mongodb://pushtech:${mongo}@mongo:27017/pushtech?authSource=admin`,
  };
};

const storeUrls = (values: Values): Record<string, string> => {
  const given = stores.filter((key) => values[key]);
  const missing = stores.filter((key) => !values[key]);
  if (given.length > 0 && missing.length > 0) {
    throw fail(`${missing.join(', ')} must be set too: stores are all in the cluster, or none`);
  }
  const own = inCluster(values);
  return Object.fromEntries(stores.map((key) => [key, values[key] || own[key]]));
};

const secret = (name: string, stringData: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'pushtech' } },
  type: 'Opaque',
  stringData,
});

/**
 * Both Secrets, as kubectl reads them. A store URL that the values do not name is that of the store in the cluster.
 * @throws PushtechError `K8S_SECRETS` when one is missing; says which, never what
 */
export const secretsManifest = (values: Values): string => {
  const external = stores.every((key) => values[key]);
  const wanted = external ? needed.filter((key) => !/^(REDIS|MONGO)_/.test(key)) : needed;
  const missing = wanted.filter((key) => !values[key]);
  if (missing.length > 0) {
    throw fail(`${missing.join(', ')} must be set; \`dotenv:generate --update\` adds what is missing`);
  }
  const keys = [...wanted, ...(values.OIDC_CLIENT_SECRET ? ['OIDC_CLIENT_SECRET'] : [])];
  const own = Object.fromEntries(keys.map((key) => [key, values[key] as string]));
  const items = [secret(secretNames[0], own), secret(secretNames[1], storeUrls(values))];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
};
