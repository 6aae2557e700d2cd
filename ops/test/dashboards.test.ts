import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deployedServices } from '../../scripts/src/deploy/services.ts';
import { dashboards } from '../dashboards/all.ts';
import { toGrafana } from '../dashboards/dashboard.ts';
import {
  exporterMetrics,
  opsFolder,
  readAlerts,
  readDashboards,
  readOps,
  servedMetrics,
} from './ops-files.ts';
import { metricsOf } from './promql.ts';

const written = readDashboards();
const exported = exporterMetrics();
const ofExporters = new Set(Object.values(exported).flat());

const queriesOf = (panels: (typeof written)[number]['panels']): string[] =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

describe('the dashboards', () => {
  it('are what ops/dashboards says: `npm run dashboards` writes them', () => {
    const expected = dashboards.map((one) => JSON.parse(JSON.stringify(toGrafana(one))));
    const byTitle = (a: { uid: string }, b: { uid: string }) => a.uid.localeCompare(b.uid);
    expect(written.toSorted(byTitle)).toEqual(expected.toSorted(byTitle));
  });

  it('are one of the flow, one of each service, and one of the stores', () => {
    const names = ['flow', ...deployedServices.map(({ name }) => name), 'stores'];
    expect(written.map(({ uid }) => uid).toSorted()).toEqual(names.map((n) => `pushtech-${n}`).toSorted());
  });

  it('can be narrowed to a data source, a service and an instance', () => {
    for (const { templating, title } of written)
      expect(
        templating.list.map(({ name }) => name),
        title,
      ).toEqual(['datasource', 'job', 'instance']);
  });

  it('say of each panel what it shows, and in which unit', () => {
    for (const { panels } of written) {
      for (const { type, title, description, fieldConfig, targets = [] } of panels) {
        if (type === 'row') continue;
        expect(description, title).toMatch(/^\S.*\.$/s);
        expect(fieldConfig?.defaults.unit, title).toBeTruthy();
        expect(targets.length, title).toBeGreaterThan(0);
      }
    }
  });

  it('read metrics that are served, or of a declared exporter', () => {
    const known = new Set([...servedMetrics(), ...ofExporters, 'up', 'ALERTS']);
    for (const { panels } of written)
      for (const expr of queriesOf(panels))
        for (const name of metricsOf(expr)) expect(known, expr).toContain(name);
  });

  it('are found by Grafana where its provisioning says', () => {
    const { providers } = parse(readOps('grafana/provisioning/dashboards/pushtech.yaml')) as {
      providers: { type: string; options: { path: string } }[];
    };
    expect(providers).toHaveLength(1);
    expect(providers[0]).toMatchObject({ type: 'file', options: { path: '/etc/grafana/dashboards' } });
    expect(readOps('grafana/provisioning/datasources/pushtech.yaml')).toContain('type: prometheus');
  });
});

/** Whose query names what, e.g. `alert RedisDown`. */
const unproven = (): string[] => {
  const rows: string[] = [];
  const add = (what: string, expr: string) => {
    const names = metricsOf(expr).filter((name) => ofExporters.has(name));
    if (names.length > 0) rows.push(`| ${what} | ${[...new Set(names)].map((n) => `\`${n}\``).join(', ')} |`);
  };
  for (const { alert, expr } of readAlerts()) add(`alert ${alert}`, expr);
  for (const { title, panels } of written)
    for (const panel of panels) add(`${title}, *${panel.title}*`, queriesOf([panel]).join(' or '));
  return rows;
};

describe('queries of exporters', () => {
  it('stand in ops/README.md as unproven, all of them (`UPDATE_DOCS=1` writes the list)', () => {
    const table = `| query | reads |\n|---|---|\n${unproven().join('\n')}`;
    const readme = readOps('README.md');
    const told = readme.replace(
      /(<!-- unproven -->\n)[\s\S]*(<!-- \/unproven -->)/,
      (_, begin, end) => `${begin}${table}\n${end}`,
    );
    if (process.env.UPDATE_DOCS) writeFileSync(new URL('README.md', opsFolder), told);
    expect(told).toBe(readFileSync(new URL('README.md', opsFolder), 'utf8'));
  });

  it('read every metric that is declared, so that none is declared in vain', () => {
    const read = new Set(unproven().flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)));
    expect([...read].toSorted()).toEqual([...ofExporters].toSorted());
  });
});
