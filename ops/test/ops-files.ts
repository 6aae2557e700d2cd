import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface GrafanaDashboard {
  uid: string;
  title: string;
  templating: { list: { name: string; query: string | { query: string } }[] };
  panels: {
    type: string;
    title: string;
    description?: string;
    targets?: { expr: string }[];
    fieldConfig?: { defaults: { unit?: string } };
  }[];
}

export const opsFolder = new URL('../', import.meta.url);

export const readOps = (path: string): string => readFileSync(new URL(path, opsFolder), 'utf8');

const namesIn = (folder: string, end: string): string[] =>
  readdirSync(new URL(folder, opsFolder))
    .filter((name) => name.endsWith(end))
    .toSorted();

export const readRules = (): Rule[] =>
  (parse(readOps('prometheus/rules/pushtech.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );

export const readAlerts = (): (Rule & { alert: string })[] =>
  readRules().filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

export const testFiles = (): string[] => namesIn('prometheus/tests/', '.yaml');

export const runbookNames = (): string[] =>
  namesIn('runbooks/', '.md').filter((name) => name !== 'README.md');

export const readDashboards = (): GrafanaDashboard[] =>
  namesIn('grafana/', '.json').map((name) => JSON.parse(readOps(`grafana/${name}`)) as GrafanaDashboard);

/** Exporter → its metrics that we read. */
export const exporterMetrics = (): Record<string, string[]> =>
  parse(readOps('prometheus/exporter-metrics.yaml')) as Record<string, string[]>;

/** What our processes serve, by the table that a test holds to them, with the three names of each histogram. */
export const servedMetrics = (): Set<string> => {
  const [table = ''] = /<!-- metrics -->[\s\S]*<!-- \/metrics -->/.exec(readOps('README.md')) ?? [];
  return new Set(
    [...table.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    ),
  );
};
