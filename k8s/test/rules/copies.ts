import type { Manifest } from './manifest.ts';
import { selects, type Workload, workloads } from './pods.ts';
import { problem, type Rule, when } from './rule.ts';

const budgets = (manifest: Manifest): string[] => {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = manifest.spec ?? {};
  return [
    ...when(
      minAvailable !== undefined || maxUnavailable === undefined,
      'spec.maxUnavailable is the only form that never blocks the drain of a single copy',
    ),
    ...when(
      policy !== 'AlwaysAllow',
      'spec.unhealthyPodEvictionPolicy is not AlwaysAllow: a broken pod would block a drain',
    ),
  ].map((sentence) => problem(manifest, sentence));
};

const scalers = (manifest: Manifest, documents: readonly Manifest[]): string[] => {
  const { scaleTargetRef: to, metrics = [], minReplicas = 1, maxReplicas = 1 } = manifest.spec ?? {};
  const target = workloads(documents).find(
    (one) => one.manifest.kind === to?.kind && one.manifest.metadata.name === to?.name,
  );
  if (!target) return [];
  const measured = metrics.flatMap(({ resource }) => resource?.name ?? []);
  const requested = (name: string) =>
    target.pod.containers.every(({ resources }) => resources?.requests?.[name]);
  return [
    ...measured.flatMap((name) =>
      when(
        !requested(name),
        problem(manifest, `spec.metrics measure ${name}, which ${to?.name} does not request`),
      ),
    ),
    ...when(minReplicas > maxReplicas, problem(manifest, 'spec.minReplicas is above maxReplicas')),
    ...when(
      target.manifest.spec?.replicas !== undefined,
      problem(target.manifest, 'spec.replicas fights the autoscaler: leave it out'),
    ),
  ];
};

const spreads = ({ pod, labels }: Workload): boolean =>
  pod.affinity?.podAntiAffinity !== undefined ||
  (pod.topologySpreadConstraints ?? []).some(({ labelSelector }) => selects(labelSelector, labels));

const several = (workload: Workload, documents: readonly Manifest[]): string[] => {
  const { manifest, path, labels } = workload;
  const guarded = documents.some(
    ({ kind, spec }) => kind === 'PodDisruptionBudget' && selects(spec?.selector, labels),
  );
  return [
    ...when(!spreads(workload), `${path}.topologySpreadConstraints do not spread its copies`),
    ...when(!guarded, 'spec.replicas has several copies and no PodDisruptionBudget'),
  ].map((sentence) => problem(manifest, sentence));
};

const ofKind = (documents: readonly Manifest[], kind: string) => documents.filter((one) => one.kind === kind);

export const copies: Rule = {
  promise: 'copies are spread and protected, and only one says how many there are',
  check: (documents) => [
    ...ofKind(documents, 'PodDisruptionBudget').flatMap(budgets),
    ...ofKind(documents, 'HorizontalPodAutoscaler').flatMap((manifest) => scalers(manifest, documents)),
    ...workloads(documents)
      .filter(({ copies, lasting }) => copies > 1 && lasting)
      .flatMap((workload) => several(workload, documents)),
  ],
};
