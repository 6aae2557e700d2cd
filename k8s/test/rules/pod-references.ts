import type { Container, Manifest, Volume } from './manifest.ts';
import { place, type Workload, workloads } from './pods.ts';
import { type Deployed, problem, type Rule } from './rule.ts';

/** Keys of a ConfigMap or Secret, of the render or made by the task; nothing where there is none. */
type KeysOf = (kind: 'ConfigMap' | 'Secret', name: string) => readonly string[] | undefined;

const keysIn =
  (documents: readonly Manifest[], { secrets }: Deployed): KeysOf =>
  (kind, name) => {
    const found = documents.find((document) => document.kind === kind && document.metadata.name === name);
    if (found) return Object.keys({ ...found.data, ...found.binaryData, ...found.stringData });
    return kind === 'Secret' && secrets[name] ? Object.keys(secrets[name]) : undefined;
  };

interface Reference {
  field: string;
  kind: 'ConfigMap' | 'Secret';
  name: string;
  keys?: readonly string[];
}

const reference = (
  field: string,
  kind: Reference['kind'],
  name: string | undefined,
  keys?: string[],
): Reference[] => (name === undefined ? [] : [{ field, kind, name, ...(keys && { keys }) }]);

/** What is `optional` may be missing. */
const required = <Ref extends { optional?: boolean }>(ref: Ref | undefined): Ref | undefined =>
  ref?.optional ? undefined : ref;

const inContainer = ({ env = [], envFrom = [] }: Container, field: string): Reference[] => [
  ...envFrom.flatMap(({ configMapRef, secretRef }) => [
    ...reference(`${field}.envFrom`, 'ConfigMap', configMapRef?.name),
    ...reference(`${field}.envFrom`, 'Secret', secretRef?.name),
  ]),
  ...env.flatMap(({ name, valueFrom: { configMapKeyRef: map, secretKeyRef: secret } = {} }) => [
    ...reference(`${field}.env[${name}]`, 'ConfigMap', required(map)?.name, [map?.key ?? '']),
    ...reference(`${field}.env[${name}]`, 'Secret', required(secret)?.name, [secret?.key ?? '']),
  ]),
];

const keysOfItems = (items?: { key: string }[]): string[] => (items ?? []).map(({ key }) => key);

const inVolume = ({ name, configMap, secret, projected }: Volume, path: string): Reference[] => {
  const field = `${path}.volumes[${name}]`;
  return [
    ...reference(field, 'ConfigMap', required(configMap)?.name, keysOfItems(configMap?.items)),
    ...reference(field, 'Secret', required(secret)?.secretName, keysOfItems(secret?.items)),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...reference(field, 'ConfigMap', source.configMap?.name, keysOfItems(source.configMap?.items)),
      ...reference(field, 'Secret', source.secret?.name, keysOfItems(source.secret?.items)),
    ]),
  ];
};

const missing = ({ field, kind, name, keys = [] }: Reference, keysOf: KeysOf): string[] => {
  const known = keysOf(kind, name);
  if (!known) return [`${field} names ${kind} ${name}, which nobody makes`];
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => `${field} wants key ${key}, which ${kind} ${name} lacks`);
};

const has = (documents: readonly Manifest[], kind: string, name: string): boolean =>
  documents.some((document) => document.kind === kind && document.metadata.name === name);

/** Other objects that the pod names. */
const others = ({ pod, path, manifest }: Workload, documents: readonly Manifest[]): string[] => {
  const account = pod.serviceAccountName ?? 'default';
  const claims = (pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [claim.claimName] : [],
  );
  const { priorityClassName: priority } = pod;
  const governing = manifest.spec?.serviceName;
  return [
    ...(account === 'default' || has(documents, 'ServiceAccount', account)
      ? []
      : [`${path}.serviceAccountName names ${account}, which nobody makes`]),
    ...claims
      .filter((name) => !has(documents, 'PersistentVolumeClaim', name))
      .map((name) => `${path}.volumes names claim ${name}, which nobody makes`),
    ...(!priority || priority.startsWith('system-') || has(documents, 'PriorityClass', priority)
      ? []
      : [`${path}.priorityClassName names ${priority}, which nobody makes`]),
    ...(governing && !has(documents, 'Service', governing)
      ? [`spec.serviceName names ${governing}, which nobody makes`]
      : []),
  ];
};

/** Mounts of volumes that the pod has. */
const mounts = (workload: Workload): string[] => {
  const volumes = new Set([
    ...(workload.pod.volumes ?? []).map(({ name }) => name),
    ...(workload.manifest.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
  ]);
  return workload.containers.flatMap((container) =>
    (container.volumeMounts ?? [])
      .filter(({ name }) => !volumes.has(name))
      .map(
        ({ name }) => `${place(workload, container)}.volumeMounts names volume ${name}, which the pod lacks`,
      ),
  );
};

export const podReferences: Rule = {
  promise: 'what a pod names is there: ConfigMaps and Secrets with their keys, claims, accounts, volumes',
  check: (documents, deployed) => {
    const keysOf = keysIn(documents, deployed);
    return workloads(documents).flatMap((workload) => {
      const references = [
        ...workload.containers.flatMap((container) => inContainer(container, place(workload, container))),
        ...(workload.pod.volumes ?? []).flatMap((volume) => inVolume(volume, workload.path)),
      ];
      const wrong = references.flatMap((one) => missing(one, keysOf));
      return [...wrong, ...others(workload, documents), ...mounts(workload)].map((sentence) =>
        problem(workload.manifest, sentence),
      );
    });
  },
};
