import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeToken } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { encodeHitBatch, newId } from '@pushtech/event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from './find-tool.ts';
import {
  exporterMetrics,
  type GrafanaDashboard,
  readAlerts,
  readDashboards,
  readRules,
  servedMetrics,
} from './ops-files.ts';
import { metricsOf, selectorsOf } from './promql.ts';
import { type Running, startService } from './start-processes.ts';
import { type Prometheus, startPrometheus } from './start-prometheus.ts';

/** Job in Prometheus → name for `npm start --`. */
const SERVICES = {
  tracker: 'tracker',
  enricher: 'enricher',
  'consumer-stats': 'stats',
  kafidx: 'kafidx',
  website: 'website',
};

const ofExporters = new Set(Object.values(exporterMetrics()).flat());
const isUnproven = (expr: string): boolean => metricsOf(expr).some((name) => ofExporters.has(name));

const folder = mkdtempSync(join(tmpdir(), 'pushtech-queries-'));
const secretKey = randomBytes(32).toString('hex');
const token = makeToken({
  secretKey,
  id: 'prometheus',
  scopes: ['metrics:read'],
  expires: Date.now() + 600_000,
});

const settings = {
  DATA_DIR: join(folder, 'data'),
  SECRET_KEY: secretKey,
  ADMIN_PASSWORD: randomBytes(12).toString('hex'),
  HEARTBEAT_SECONDS: '1',
  GEOIP_CITY_PATH: '/nowhere/at-all.mmdb',
  SITES: 'kept.example',
};

let running: Running[] = [];
let prometheus: Prometheus | undefined;
const query = (expr: string) => (prometheus as Prometheus).ask(expr);
const urlOf = (name: string): string => running.find((one) => one.name === name)?.url ?? '';

/** Kept, dropped for its site, refused at the door, and one line in the buffer that is no hit: a dead letter. */
const sendTraffic = async (): Promise<void> => {
  const tracker = urlOf('tracker');
  const paths = ['/t/pageview?site=kept.example', '/t/pageview?site=other.example', '/t/no%20type'];
  for (let n = 0; n < 20; n++)
    for (const path of paths) await (await fetch(`${tracker}${path}`)).arrayBuffer();
  const body = JSON.stringify([{ type: 'signup', site: 'kept.example' }]);
  const headers = { 'content-type': 'application/json' };
  for (let n = 0; n < 3; n++) await (await fetch(`${tracker}/t`, { method: 'POST', body, headers })).text();
  for (const { url } of running)
    for (const path of ['/', '/healthz', '/nowhere']) await (await fetch(`${url}${path}`)).text();
  const buffer = await openBuffer(`sqlite:${settings.DATA_DIR}/buffer.db`);
  const at = Date.now();
  const received = [{ minute: at - (at % 60_000), n: 1 }];
  await buffer.append(encodeHitBatch({ v: 1, batch: newId(), at, received, dropped: [] }, ['no hit']), {
    durable: true,
  });
  await buffer.close();
};

/** Asks until each expression gives a series. @returns those that gave none within the time */
const silentOf = async (expressions: Iterable<string>, withinMs: number): Promise<string[]> => {
  const until = Date.now() + withinMs;
  let silent = [...new Set(expressions)];
  for (;;) {
    const answers = await Promise.all(silent.map(query));
    silent = silent.filter((_expr, n) => answers[n]?.length === 0);
    if (silent.length === 0 || Date.now() > until) return silent;
    await sleep(1000);
  }
};

/** As Grafana does it: variables hold what their own queries find. */
const filledIn = async ({ templating }: GrafanaDashboard, expr: string): Promise<string> => {
  let filled = expr.replaceAll('$__rate_interval', '30s');
  for (const { name, query } of templating.list) {
    if (typeof query === 'string') continue;
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query.query) ?? [];
    const narrowed = selector.replaceAll('$job', '.*');
    const values = (await prometheus?.labelValues(narrowed, label)) ?? [];
    expect(values, query.query).not.toEqual([]);
    // Dots of an address need no care here: they stand for themselves too.
    filled = filled.replaceAll(`$${name}`, values.join('|'));
  }
  return filled;
};

describe.skipIf(!hasTool('prometheus'))('a Prometheus that scrapes each service', () => {
  beforeAll(async () => {
    running = await Promise.all(
      Object.entries(SERVICES).map(([name, service]) => startService(name, service, settings)),
    );
    prometheus = await startPrometheus(join(folder, 'prometheus'), running, token);
    await sendTraffic();
  }, 120_000);

  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all(running.map(({ stop }) => stop()));
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('is let in with its token, and nobody without', async () => {
    expect(await silentOf(['count(up == 1) == 5'], 30_000)).toEqual([]);
    for (const { url } of running) expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });

  it('sees a kept, a dropped and a dead hit, and the heartbeat', async () => {
    const seen = [
      'pushtech_enricher_events_kept_total > 20',
      'pushtech_enricher_hits_dropped_total{reason="site"} > 19',
      'pushtech_enricher_hits_dead_total{reason="line_invalid"} == 1',
      'pushtech_tracker_hits_refused_total{reason!="full"} > 19',
      'pushtech_stats_heartbeat_age_seconds < 10',
      'pushtech_tracker_answer_seconds_count > 3',
    ];
    expect(await silentOf(seen, 30_000)).toEqual([]);
  }, 60_000);

  it('answers every query of every dashboard with a series', async () => {
    const filled: string[] = [];
    for (const dashboard of readDashboards()) {
      for (const { targets = [] } of dashboard.panels) {
        for (const { expr } of targets) if (!isUnproven(expr)) filled.push(await filledIn(dashboard, expr));
      }
    }
    expect(filled.length).toBeGreaterThan(100);
    expect(await silentOf(filled, 30_000)).toEqual([]);
    expect(await query('pushtech_no_such_metric')).toEqual([]);
  }, 60_000);

  // An alert that does not fire gives nothing. That it would fire, promtool's tests show; here each selector must find series.
  it('has series for every selector of every alert, and all that is recorded', async () => {
    const selectors = readAlerts().flatMap(({ expr }) => (isUnproven(expr) ? [] : selectorsOf(expr)));
    const recorded = readRules().flatMap(({ record }) => record ?? []);
    expect(selectors.length).toBeGreaterThan(30);
    expect(await silentOf([...selectors, ...recorded], 30_000)).toEqual([]);
  }, 60_000);

  it('evaluates all rules without an error, and none fires while all is well', async () => {
    const { groups } = (await prometheus?.get<{
      groups: { rules: { name: string; health: string; state?: string; lastError?: string }[] }[];
    }>('/api/v1/rules')) ?? { groups: [] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules).toHaveLength(readRules().length);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
  });

  it('finds in the processes together every metric of ours that ops/README.md lists', async () => {
    const names = [...servedMetrics()].filter((name) => name.startsWith('pushtech_'));
    expect(await silentOf(names, 10_000)).toEqual([]);
  });
});
