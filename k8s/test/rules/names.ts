import type { Manifest } from './manifest.ts';
import { type Workload, workloads } from './pods.ts';
import { nameOf, problem, type Rule, when } from './rule.ts';

const CLUSTER_WIDE = new Set([
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'GatewayClass',
  'IngressClass',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
]);

const DNS_1123 = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const NAMESPACE = 'pushtech';

const keyOf = ({ apiVersion, kind, metadata }: Manifest): string =>
  `${apiVersion.split('/')[0]} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;

const PART_OF = 'app.kubernetes.io/part-of';

const ofOne = (manifest: Manifest): string[] => {
  const { kind, metadata } = manifest;
  const { name, namespace, labels = {} } = metadata;
  const wanted = CLUSTER_WIDE.has(kind) ? undefined : NAMESPACE;
  return [
    ...when(
      !DNS_1123.test(name) || name.length > 63,
      'metadata.name is no DNS label of at most 63 characters',
    ),
    ...when(
      namespace !== wanted,
      `metadata.namespace is ${namespace ?? 'missing'}, not ${wanted ?? 'empty'}`,
    ),
    ...when(labels[PART_OF] !== 'pushtech', `metadata.labels lack ${PART_OF}: pushtech`),
  ].map((sentence) => problem(manifest, sentence));
};

const ofPods = ({ manifest, labels }: Workload): string[] => {
  const named = labels['app.kubernetes.io/name'] && labels[PART_OF] === 'pushtech';
  const field = 'spec.template.metadata.labels';
  return when(!named, problem(manifest, `${field} lack app.kubernetes.io/name or part-of: pushtech`));
};

export const names: Rule = {
  promise:
    'every object stands once, in our namespace, under a name that Kubernetes takes, with our label; pods say whose they are',
  check: (documents) => {
    const keys = documents.map(keyOf);
    const twice = documents.filter((manifest, index) => keys.indexOf(keyOf(manifest)) < index);
    return [
      ...twice.map((manifest) => problem(manifest, `metadata.name stands twice as a ${nameOf(manifest)}`)),
      ...documents.flatMap(ofOne),
      ...workloads(documents).flatMap(ofPods),
    ];
  },
};
