import { isDeepStrictEqual } from 'node:util';
import type { DeployedService } from '@pushtech/scripts/deploy';
import type { Container, Manifest, Probe } from './manifest.ts';
import { ofContainers, serviceOf, workloads } from './pods.ts';
import { type Rule, when } from './rule.ts';

const KINDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
const PATHS = { startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' };

/** What a probe asks, without how often. */
const question = ({ httpGet, tcpSocket, exec }: Probe) => ({ httpGet, tcpSocket, exec });

const portOf = ({ httpGet, tcpSocket }: Probe): number | string | undefined =>
  httpGet?.port ?? tcpSocket?.port;

const ofContainer = (container: Container, ours: boolean): string[] => {
  const { livenessProbe: live, readinessProbe: ready, ports = [] } = container;
  const known = ports.flatMap(({ name, containerPort }) => [name, containerPort]);
  const ofProbe = (kind: (typeof KINDS)[number]): string[] => {
    const probe = container[kind];
    if (!probe) return when(ours || kind !== 'startupProbe', `${kind} is missing`);
    const port = portOf(probe);
    const path = probe.httpGet?.path;
    return [
      ...when(
        port !== undefined && !known.includes(port),
        `${kind} asks port ${port}, which the container lacks`,
      ),
      ...when(ours && path !== PATHS[kind], `${kind} asks ${path}, not ${PATHS[kind]}`),
    ];
  };
  const alike = ours && live && ready && isDeepStrictEqual(question(live), question(ready));
  return [
    ...KINDS.flatMap(ofProbe),
    ...when(alike, 'readinessProbe asks what livenessProbe asks: busy would mean dead'),
  ];
};

export const probes: Rule = {
  promise:
    'every lasting container says when it lives and when it may be asked; our services say these two differently',
  check: (documents, { services }) =>
    workloads(documents)
      .filter(({ lasting }) => lasting)
      .flatMap((workload) => {
        const ours = serviceOf(workload, services) !== undefined;
        return ofContainers(workload, workload.pod.containers, (container) => ofContainer(container, ours));
      }),
};

/** All paths that somebody will ask a service for: probes and who watches it. */
export const askedPaths = (documents: readonly Manifest[], service: DeployedService): string[] => {
  const asked = workloads(documents)
    .filter((workload) => serviceOf(workload, [service]))
    .flatMap(({ pod }) => pod.containers)
    .flatMap((container) => KINDS.map((kind) => container[kind]?.httpGet?.path));
  const watched = documents.flatMap(({ spec }) =>
    [...(spec?.endpoints ?? []), ...(spec?.podMetricsEndpoints ?? [])].map(({ path }) => path ?? '/metrics'),
  );
  return [...new Set([...asked, ...watched])].filter((path) => path !== undefined);
};
