import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { dataFolder, startFlow } from './start-flow.ts';

const at = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(at(path), 'utf8');

/** Labels that show only at times: while rubbish was collected, while a name is looked up. */
const SELDOM: Record<string, string> = { nodejs_gc_duration_seconds: 'kind', nodejs_active_requests: 'type' };

const served = async (): Promise<string> => {
  const folder = dataFolder();
  const flow = await startFlow(folder.path);
  await (await fetch(`${flow.url}/healthz`)).text();
  await sleep(300);
  const metrics = await (await fetch(`${flow.url}/metrics`)).text();
  await flow.close();
  folder.remove();
  return metrics;
};

/** Of all its series; `le` is not named, as each histogram has it. */
const labelsOf = (metrics: string, name: string): string => {
  const labels = new Set(SELDOM[name] === undefined ? [] : [SELDOM[name]]);
  for (const [, inside = ''] of metrics.matchAll(
    new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm'),
  )) {
    for (const [, label = ''] of inside.matchAll(/(\w+)="/g)) if (label !== 'le') labels.add(label);
  }
  return [...labels].map((label) => `\`${label}\``).join(', ');
};

const ownFirst = (a: string, b: string): number =>
  Number(b.startsWith('pushtech_')) - Number(a.startsWith('pushtech_')) || a.localeCompare(b);

const tableOf = (metrics: string): string => {
  const rows = [...metrics.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)]
    .toSorted(([, a = ''], [, b = '']) => ownFirst(a, b))
    .map(([, name = '', help, type]) => `| \`${name}\` | ${type} | ${labelsOf(metrics, name)} | ${help} |`);
  return `| metric | type | labels | meaning |\n|---|---|---|---|\n${rows.join('\n')}`;
};

const withTable = (readme: string, table: string): string =>
  readme.replace(/(<!-- metrics -->\n)[\s\S]*(<!-- \/metrics -->)/, `$1${table}\n$2`);

/** `UPDATE_DOCS=1 npm test -- ops-readme` writes the table from what is served. */
it('the table of metrics is what a process serves: each name, type, label and meaning', async () => {
  const readme = read('ops/README.md');
  const told = withTable(readme, tableOf(await served()));
  if (process.env.UPDATE_DOCS) writeFileSync(at('ops/README.md'), told);
  else expect(told).toBe(readme);
});

it('the table of queues says what the code says, and names metrics that exist', async () => {
  const metrics = await served();
  const readme = read('ops/README.md');
  const sources = [...readme.matchAll(/\| `([\w/.-]+\.ts)`: `([^`]+)` \|/g)];
  expect(sources.length).toBeGreaterThan(6);
  for (const [, path = '', text] of sources) expect(read(path)).toContain(text);
  for (const [name] of readme.matchAll(/pushtech_[a-z_]+/g)) expect(metrics).toContain(`# TYPE ${name} `);
});
