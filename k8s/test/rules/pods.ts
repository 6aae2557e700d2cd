import type { Container, Labels, Manifest, PodSpec, Selector, Spec } from './manifest.ts';
import { type Problem, problem } from './rule.ts';

/** What makes pods, and the pods it makes. */
export interface Workload {
  manifest: Manifest;
  labels: Labels;
  pod: PodSpec;
  /** Where the pod stands in the document, for sentences. */
  path: string;
  containers: readonly Container[];
  /** How many there are at the most, as an autoscaler may want it. */
  copies: number;
  /** Runs until it is stopped, unlike a job. */
  lasting: boolean;
}

const LASTING = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

const scalerOf = (documents: readonly Manifest[], { kind, metadata }: Manifest): Spec | undefined =>
  documents.find(
    ({ kind: found, spec }) =>
      found === 'HorizontalPodAutoscaler' &&
      spec?.scaleTargetRef?.kind === kind &&
      spec.scaleTargetRef.name === metadata.name,
  )?.spec;

/** All that makes pods. A bare Pod has no place here: nothing would bring it back. */
export const workloads = (documents: readonly Manifest[]): Workload[] =>
  documents.flatMap((manifest) => {
    const nested = manifest.spec?.jobTemplate?.spec;
    const template = (nested ?? manifest.spec)?.template;
    if (!template) return [];
    const copies = scalerOf(documents, manifest)?.maxReplicas ?? manifest.spec?.replicas ?? 1;
    const path = `${nested ? 'spec.jobTemplate.' : ''}spec.template.spec`;
    const labels = template.metadata?.labels ?? {};
    const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
    const lasting = LASTING.has(manifest.kind);
    return [{ manifest, labels, pod: template.spec, path, containers, copies, lasting }];
  });

/** Where a container stands, for sentences. */
export const place = (workload: Workload, container: Container): string =>
  `${workload.path}.${workload.pod.initContainers?.includes(container) ? 'initContainers' : 'containers'}[${container.name}]`;

/** No selector selects nothing, an empty one everything. */
export const selects = (selector: Selector | undefined, labels: Labels): boolean => {
  if (!selector) return false;
  const plain = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return plain && (selector.matchExpressions ?? []).every((expression) => meets(expression, labels));
};

const meets = (
  { key, operator, values = [] }: NonNullable<Selector['matchExpressions']>[number],
  labels: Labels,
): boolean => {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const listed = value !== undefined && values.includes(value);
  return operator === 'In' ? listed : !listed;
};

/** Of which service of ours the pods are, if any. */
export const serviceOf = <Service extends { name: string }>(
  { labels }: Workload,
  services: readonly Service[],
): Service | undefined => services.find(({ name }) => labels['app.kubernetes.io/name'] === name);

/** What a check says of each container, with the document and the place before it. */
export const ofContainers = (
  workload: Workload,
  containers: readonly Container[],
  check: (container: Container) => string[],
): Problem[] =>
  containers.flatMap((container) =>
    check(container).map((sentence) =>
      problem(workload.manifest, `${place(workload, container)}.${sentence}`),
    ),
  );
