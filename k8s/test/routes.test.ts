import { tasks } from '@pushtech/scripts';
import { deployedServices } from '@pushtech/scripts/deploy';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { deployedAs, textOf } from './deployed.ts';
import { CALLS } from './rules/flow.ts';
import type { Manifest } from './rules/manifest.ts';
import { workloads } from './rules/pods.ts';
import { askedPaths } from './rules/probes.ts';
import { runAsDeployed } from './run-as-deployed.ts';

const documentsOf = (overlay: string) =>
  parseAllDocuments(textOf(`k8s/rendered/${overlay}.yaml`)).map((one) => one.toJS() as Manifest);

const deployed = deployedAs('cloud');
const documents = documentsOf('cloud');
const token = deployed.secrets['pushtech-secrets']?.METRICS_TOKEN;

/** One of each kind that people and pages ask for. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  tracker: ['/t', '/t/w', '/t.js', '/r'],
  'consumer-stats': ['/stats/summary'],
  kafidx: ['/kafidx', '/kafidx/dead'],
  website: ['/', '/dashboard', '/sites'],
};

const covers = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

/** Whom the front door and the Ingress on one host ask for it. */
const askedFor = (path: string): string =>
  deployedServices.find(({ paths = [] }) => paths.some((pattern) => covers(pattern, path)))?.name ??
  'website';

describe.each(deployedServices)('$name, run as its container runs it', (service) => {
  test('answers probes, Prometheus with the token of the Secret, and its own paths; ends with 0', async () => {
    const { url, stop } = await runAsDeployed(service, documents, deployed);
    const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
    try {
      const asked = askedPaths(documents, service);
      expect(asked.toSorted()).toEqual(['/healthz', '/metrics', '/readyz']);
      for (const path of asked)
        expect([path, await status(path, { authorization: `Bearer ${token}` })]).toEqual([path, 200]);
      expect(await status('/metrics', { 'x-forwarded-for': '192.0.2.1' })).toBe(401);
      for (const path of PAGES[service.name] ?? []) {
        expect([path, askedFor(path)]).toEqual([path, service.name]);
        expect(await (await fetch(`${url}${path}`)).text()).not.toContain(`there is nothing at ${path}`);
      }
    } finally {
      expect(await stop()).toBe(0);
    }
  });

  test('listens on the port that services.ts says, unless told otherwise', () => {
    expect(deployed.settings[service.name]?.shape.PORT?.parse(undefined)).toBe(service.port);
  });

  test('may call the stores whose engines its main.ts opens, and no others', () => {
    const hosts = (deployed.opens[service.name] ?? []).map(
      (key) => new URL(deployed.secrets['pushtech-stores']?.[key] ?? '').hostname,
    );
    expect([...new Set(hosts)].toSorted()).toEqual(CALLS[service.name]?.toSorted());
  });
});

test('the Job that makes topics and indexes runs tasks that there are, in that order', () => {
  const commands = workloads(documents)
    .flatMap(({ containers }) => containers)
    .filter(({ image }) => image.startsWith('pushtech/scripts'))
    .map(({ command = [] }) => command.at(-1));
  expect(commands).toEqual(['topics', 'migrate']);
  expect(tasks.map(({ name }) => name)).toEqual(expect.arrayContaining(commands));
});
