import type { IngressBackend, Manifest, MonitorEndpoint } from './manifest.ts';
import { selects, workloads } from './pods.ts';
import { type Deployed, problem, type Rule } from './rule.ts';
import { behind } from './service-targets.ts';

type Check = (manifest: Manifest, documents: readonly Manifest[], deployed: Deployed) => string[];

const named = (documents: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  documents.find((document) => document.kind === kind && document.metadata.name === name);

const scaler: Check = (manifest, documents) => {
  const { kind = '', name = '' } = manifest.spec?.scaleTargetRef ?? {};
  const found = named(documents, kind, name);
  return found ? [] : [problem(manifest, `spec.scaleTargetRef names ${kind} ${name}, which is not there`)];
};

const budget: Check = (manifest, documents) => {
  const found = workloads(documents).filter(({ labels }) => selects(manifest.spec?.selector, labels));
  if (found.length === 1) return [];
  return [problem(manifest, `spec.selector selects the pods of ${found.length} workloads, not of one`)];
};

const policy: Check = (manifest, documents) => {
  const { podSelector, ingress = [], egress = [] } = manifest.spec ?? {};
  const ours = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)]
    .filter(({ namespaceSelector }) => !namespaceSelector)
    .flatMap(({ podSelector: peer }) => (peer ? [peer] : []));
  const matches = (selector: typeof podSelector) =>
    workloads(documents).some(({ labels }) => selects(selector, labels));
  const wrong = ours.filter((peer) => !matches(peer)).map((peer) => JSON.stringify(peer));
  return [
    ...(matches(podSelector) ? [] : [problem(manifest, 'spec.podSelector selects no pod')]),
    ...wrong.map((peer) => problem(manifest, `a peer’s podSelector ${peer} selects no pod`)),
  ];
};

const credentials = (manifest: Manifest, endpoint: MonitorEndpoint, deployed: Deployed): string[] => {
  const ref = endpoint.authorization?.credentials ?? endpoint.bearerTokenSecret;
  if (ref && deployed.secrets[ref.name]?.[ref.key] !== undefined) return [];
  const wrong = ref
    ? `names key ${ref.key} of Secret ${ref.name}, which nobody makes`
    : 'is missing: /metrics asks for a token';
  return [problem(manifest, `an endpoint’s authorization ${wrong}`)];
};

const monitor: Check = (manifest, documents, deployed) => {
  const endpoints = manifest.spec?.endpoints ?? [];
  const services = documents.filter(
    ({ kind, metadata }) => kind === 'Service' && selects(manifest.spec?.selector, metadata.labels ?? {}),
  );
  if (services.length === 0) return [problem(manifest, 'spec.selector selects no Service')];
  return endpoints.flatMap((endpoint) => [
    ...credentials(manifest, endpoint, deployed),
    ...services
      .filter(({ spec }) => !spec?.ports?.some(({ name }) => name === endpoint.port))
      .map(({ metadata }) =>
        problem(manifest, `spec.endpoints want port ${endpoint.port}, which Service ${metadata.name} lacks`),
      ),
  ]);
};

const podMonitor: Check = (manifest, documents, deployed) => {
  const pods = workloads(documents).filter(({ labels }) => selects(manifest.spec?.selector, labels));
  if (pods.length === 0) return [problem(manifest, 'spec.selector selects no pod')];
  return (manifest.spec?.podMetricsEndpoints ?? []).flatMap((endpoint) => [
    ...credentials(manifest, endpoint, deployed),
    ...pods
      .filter(
        ({ containers }) =>
          !containers.some(({ ports = [] }) => ports.some(({ name }) => name === endpoint.port)),
      )
      .map((pod) =>
        problem(
          manifest,
          `spec.podMetricsEndpoints want port ${endpoint.port}, which ${pod.manifest.metadata.name} lacks`,
        ),
      ),
  ]);
};

/** A Service by name, one of its ports by number or name, and somebody behind it. */
const backend = (
  manifest: Manifest,
  documents: readonly Manifest[],
  name: string,
  port?: number | string,
): string[] => {
  const service = named(documents, 'Service', name);
  if (!service) return [problem(manifest, `a backend names Service ${name}, which is not there`)];
  if (behind(service, documents).length === 0)
    return [problem(manifest, `a backend names Service ${name}, behind which nobody is`)];
  const found = service.spec?.ports?.some((one) => one.port === port || one.name === port);
  return found ? [] : [problem(manifest, `a backend wants port ${port} of Service ${name}, which it lacks`)];
};

const route: Check = (manifest, documents) => {
  const { rules = [], parentRefs = [] } = manifest.spec ?? {};
  const parents = parentRefs.flatMap(({ name, sectionName }) => {
    const gateway = named(documents, 'Gateway', name);
    if (!gateway) return [problem(manifest, `spec.parentRefs name Gateway ${name}, which is not there`)];
    const listeners = (gateway.spec?.listeners ?? []).map((listener) => listener.name);
    if (sectionName === undefined || listeners.includes(sectionName)) return [];
    return [problem(manifest, `spec.parentRefs name listener ${sectionName}, which Gateway ${name} lacks`)];
  });
  const backends = rules.flatMap(({ backendRefs = [] }) => backendRefs);
  return [...parents, ...backends.flatMap(({ name, port }) => backend(manifest, documents, name, port))];
};

const ingress: Check = (manifest, documents) => {
  const { rules = [], defaultBackend } = manifest.spec ?? {};
  const backends: IngressBackend[] = [
    ...(defaultBackend ? [defaultBackend] : []),
    ...rules.flatMap(({ http }) => (http?.paths ?? []).map((path) => path.backend)),
  ];
  return backends.flatMap(({ service }) =>
    backend(manifest, documents, service?.name ?? '?', service?.port?.number ?? service?.port?.name),
  );
};

const CHECKS: Readonly<Record<string, Check>> = {
  HorizontalPodAutoscaler: scaler,
  HTTPRoute: route,
  Ingress: ingress,
  NetworkPolicy: policy,
  PodDisruptionBudget: budget,
  PodMonitor: podMonitor,
  ServiceMonitor: monitor,
};

export const targets: Rule = {
  promise: 'what scales, protects, watches or leads to something names something that is there',
  check: (documents, deployed) =>
    documents.flatMap((manifest) => CHECKS[manifest.kind]?.(manifest, documents, deployed) ?? []),
};
