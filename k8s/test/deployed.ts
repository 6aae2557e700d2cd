import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployedServices } from '@pushtech/scripts/deploy';
import { parse } from 'yaml';
import { fillSecrets } from '../../scripts/src/deploy/dotenv-secrets.ts';
import { secretsManifest } from '../../scripts/src/deploy/k8s-secrets.ts';
import { schemaOf } from '../../scripts/src/deploy/k8s-settings.ts';
import type { Manifest } from './rules/manifest.ts';
import type { ComposeService, Deployed } from './rules/rule.ts';

export const root = new URL('../../', import.meta.url);
export const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** By name in `services.ts`. */
const settings = Object.fromEntries(
  await Promise.all(
    deployedServices.map(async ({ name, folder }) => [name, await schemaOf(fileURLToPath(root), folder)]),
  ),
);

/** A service's `main.ts` is where its engines are opened. */
const opens = Object.fromEntries(
  deployedServices.map(({ name, folder }) => {
    const found = textOf(`${folder}/src/main.ts`).matchAll(
      /settings\.((?:BUFFER|LOG|STATS|STORE|JOBS|IMAGES)_URL)/g,
    );
    return [name, [...found].map(([, key = '']) => key)];
  }),
);

/** What task `k8s:secrets` makes of passwords that chance made. */
const secrets: Deployed['secrets'] = Object.fromEntries(
  JSON.parse(secretsManifest(fillSecrets({}, Date.now()))).items.map(
    ({ metadata, stringData }: Required<Manifest>) => [metadata.name, stringData],
  ),
);

/** `${NAME:-value}` where nobody set NAME, the inner ones first. */
const unset = (text: string): string => {
  const next = text.replaceAll(/\$\{\w+(?::?([-?])([^{}]*))?\}/g, (_whole, sign, value = '') =>
    sign === '-' ? value : '',
  );
  return next === text ? text : unset(next);
};

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(root.pathname.length)}/${entry.name}`);

/** The base first: overlays add services, what they change of others is none of our business. */
const composeFiles = readdirSync(new URL('docker-compose/', root))
  .filter((name) => /^compose.*\.yaml$/.test(name))
  .toSorted((one, other) => one.length - other.length);

const compose: Record<string, ComposeService> = {};
for (const name of composeFiles) {
  const text = unset(textOf(`docker-compose/${name}`));
  const { services = {} } = parse(text, { merge: true, logLevel: 'error' });
  for (const [service, said] of Object.entries(services)) compose[service] ??= said as ComposeService;
}

const files = Object.fromEntries(
  ['docker-compose/config', 'ops/grafana'].flatMap(filesIn).map((path) => [basename(path), textOf(path)]),
);

const alertGroups = filesIn('ops/prometheus/rules')
  .toSorted()
  .flatMap((path) => parse(textOf(path)).groups);

/** The project as its code says it, for one overlay. */
export const deployedAs = (overlay: string): Deployed => ({
  overlay,
  services: deployedServices,
  version: JSON.parse(textOf('package.json')).version,
  settings,
  opens,
  secrets,
  compose,
  files,
  alertGroups,
});
