import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { settingsFiles } from './k8s-settings.ts';

/** Kustomize reads nothing outside of its folder, so what Compose uses too lies here a second time. */
const copies: Readonly<Record<string, string>> = {
  'components/front-door/Caddyfile': 'docker-compose/config/caddy/Caddyfile',
  'components/redis/redis.conf': 'docker-compose/config/redis/redis.conf',
};

// Kustomize would put empty lines between folded ones.
const toYaml = (value: object): string => stringify(value, { blockQuote: 'literal', lineWidth: 0 });

const made = (of: string): string =>
  `# Made of ${of} by \`npm run tasks -- k8s:render\`; nobody edits this.\n`;

const filesIn = (root: string, folder: string, ending: string): { name: string; text: string }[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));

/** Alert rules for the Prometheus operator. */
const rules = (root: string): string => {
  const groups = filesIn(root, 'ops/prometheus/rules', '.yaml').flatMap(({ text }) => parse(text).groups);
  return (
    made('ops/prometheus/rules') +
    toYaml({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'pushtech' },
      spec: { groups },
    })
  );
};

/** One ConfigMap each, as Grafana's sidecar finds them: all in one would near the limit of 1 MiB. */
const dashboards = (root: string): string =>
  made('ops/grafana') +
  filesIn(root, 'ops/grafana', '.json')
    .map(({ name, text }) =>
      toYaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `dashboard-${name.replace('.json', '')}`, labels: { grafana_dashboard: '1' } },
        data: { [name]: text },
      }),
    )
    .join('---\n');

/** All files below `k8s/` that are made of others: path and content. @param root the checkout */
export const generatedFiles = async (root: string): Promise<Map<string, string>> => {
  const files = await settingsFiles(root);
  for (const [path, from] of Object.entries(copies)) files.set(path, readFileSync(join(root, from), 'utf8'));
  files.set('components/monitoring/rules.yaml', rules(root));
  files.set('components/monitoring/dashboards.yaml', dashboards(root));
  return files;
};
