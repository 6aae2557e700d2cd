import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tasks } from '../../scripts/src/run-task.ts';
import { hasTool } from './find-tool.ts';
import {
  exporterMetrics,
  opsFolder,
  readAlerts,
  readOps,
  readRules,
  runbookNames,
  servedMetrics,
  testFiles,
} from './ops-files.ts';
import { metricsOf } from './promql.ts';

const promtool = hasTool('promtool');

const run = (args: string[]) =>
  spawnSync('promtool', args, { cwd: fileURLToPath(new URL('prometheus/', opsFolder)), encoding: 'utf8' });

interface Case {
  name: string;
  promql_expr_test: { expr: string; exp_samples: unknown[] }[];
}

const cases = testFiles().flatMap(
  (file) => (parse(readOps(`prometheus/tests/${file}`)) as { tests: Case[] }).tests,
);

const expectationsOf = (alert: string): number[] =>
  cases
    .flatMap(({ promql_expr_test }) => promql_expr_test)
    .filter(({ expr }) => expr.includes(`alertname="${alert}"`) && expr.includes('"firing"'))
    .map(({ exp_samples }) => exp_samples.length);

describe.skipIf(!promtool)('promtool', () => {
  it('finds nothing wrong with the rules', () => {
    const { status, stdout, stderr } = run(['check', 'rules', 'rules/pushtech.yaml']);
    expect(stderr + stdout).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('sees every alert fire when it should, and silent when it should be', () => {
    const { status, stdout, stderr } = run(['test', 'rules', ...testFiles().map((name) => `tests/${name}`)]);
    expect(`${stdout}${stderr}`).not.toContain('FAILED');
    expect(status).toBe(0);
  }, 120_000);
});

describe('an alert', () => {
  const alerts = readAlerts();
  it('has a test that it fires and one that it is silent', () => {
    expect(alerts.length).toBeGreaterThan(30);
    for (const { alert } of alerts) {
      const expected = expectationsOf(alert);
      expect(expected, alert).toContain(0);
      expect(Math.max(...expected), alert).toBeGreaterThan(0);
    }
  });

  it('has a severity, a summary, a description, and a runbook that says what to do', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels?.severity, alert).toMatch(/^(page|ticket)$/);
      expect(annotations?.summary, alert).toBeTruthy();
      expect(annotations?.description, alert).toBeTruthy();
      expect(annotations?.runbook).toBe(`ops/runbooks/${alert}.md`);
      const page = readOps(`runbooks/${alert}.md`);
      expect(page).toContain(`# ${alert}\n\nSeverity \`${labels?.severity}\`.`);
      for (const part of ['Look', 'Do', 'Who is hurt']) expect(page).toMatch(`## ${part}\n\n`);
    }
  });

  it('reads metrics that are served, recorded, or of a declared exporter', () => {
    const rules = readRules();
    const known = new Set([
      ...servedMetrics(),
      ...Object.values(exporterMetrics()).flat(),
      ...rules.flatMap(({ record }) => record ?? []),
      'up',
    ]);
    for (const { expr } of rules) for (const name of metricsOf(expr)) expect(known, expr).toContain(name);
  });
});

describe('the runbooks', () => {
  it('are those of the alerts and no others, and the list names all', () => {
    const names = readAlerts().map(({ alert }) => `${alert}.md`);
    expect(runbookNames()).toEqual(names.toSorted());
    for (const name of names) expect(readOps('runbooks/README.md')).toContain(`(${name})`);
  });

  it('name tasks, metrics and alerts that exist', () => {
    const known = new Set(tasks.map(({ name }) => name));
    const metrics = servedMetrics();
    const alerts = new Set(readAlerts().map(({ alert }) => alert));
    for (const name of runbookNames()) {
      const page = readOps(`runbooks/${name}`);
      for (const [, task] of page.matchAll(/npm run tasks -- ([\w:]+)/g)) expect(known).toContain(task);
      for (const [metric] of page.matchAll(/\bpushtech_\w+/g)) expect(metrics, name).toContain(metric);
      for (const [, other] of page.matchAll(/\b((?:[A-Z][a-z]+){2,})\b/g))
        if (!/^(MongoDB|JavaScript)/.test(other as string)) expect(alerts, name).toContain(other);
    }
  });
});
