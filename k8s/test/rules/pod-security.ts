import type { Container, Manifest } from './manifest.ts';
import { ofContainers, type Workload, workloads } from './pods.ts';
import { problem, type Rule, when } from './rule.ts';

const LEVELS = ['enforce', 'audit', 'warn'];
/** Volumes of the restricted Pod Security Standard. */
const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const namespaces = (manifest: Manifest): string[] =>
  LEVELS.filter(
    (level) => manifest.metadata.labels?.[`pod-security.kubernetes.io/${level}`] !== 'restricted',
  ).map((level) =>
    problem(manifest, `metadata.labels.pod-security.kubernetes.io/${level} is not restricted`),
  );

const ofPod = ({ pod }: Workload): string[] => [
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).flatMap((key) =>
    when(pod[key], `${key} opens the machine`),
  ),
  ...when(
    pod.automountServiceAccountToken !== false,
    'automountServiceAccountToken is not false: nobody here talks to the API server',
  ),
  ...when(pod.securityContext?.sysctls?.length, 'securityContext.sysctls are set'),
  ...(pod.volumes ?? []).flatMap(({ name, ...rest }) =>
    Object.keys(rest)
      .filter((kind) => !VOLUMES.has(kind))
      .map((kind) => `volumes[${name}].${kind} is no volume of the restricted standard`),
  ),
];

const ofContainer = (container: Container, { pod }: Workload): string[] => {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod.securityContext, ...own };
  const { drop = [], add = [] } = own.capabilities ?? {};
  // The one that the standard lets a pod have.
  const more = add.filter((name) => name !== 'NET_BIND_SERVICE');
  const wrong = [
    ...when(runAsNonRoot !== true, 'runAsNonRoot is not true'),
    ...when(runAsUser === 0, 'runAsUser is root'),
    ...when(
      runAsUser === undefined,
      'runAsUser is missing: the kubelet cannot tell an image’s named user from root',
    ),
    ...when(seccompProfile?.type !== 'RuntimeDefault', 'seccompProfile is not RuntimeDefault'),
    ...when(own.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation is not false'),
    ...when(own.privileged, 'privileged is true'),
    ...when(own.readOnlyRootFilesystem !== true, 'readOnlyRootFilesystem is not true'),
    ...when(!drop.includes('ALL'), 'capabilities.drop lacks ALL'),
    ...when(more.length > 0, `capabilities.add adds ${more.join(', ')}`),
    ...when(own.procMount, 'procMount is set'),
  ];
  return [
    ...wrong.map((sentence) => `securityContext.${sentence}`),
    ...(container.ports ?? []).flatMap(({ hostPort }) =>
      when(hostPort, `ports.hostPort opens ${hostPort} on the machine`),
    ),
  ];
};

const rights = (manifest: Manifest): string[] => [
  ...(manifest.rules ?? []).flatMap(({ verbs, resources = [], apiGroups = [] }) =>
    when([...verbs, ...resources, ...apiGroups].includes('*'), problem(manifest, 'rules hold a wildcard')),
  ),
  ...when(manifest.roleRef?.name === 'cluster-admin', problem(manifest, 'roleRef gives cluster-admin')),
];

export const podSecurity: Rule = {
  promise: 'pods keep the restricted standard and more: a read-only root, no token, no rights',
  check: (documents) => [
    ...documents.filter(({ kind }) => kind === 'Namespace').flatMap(namespaces),
    ...documents.filter(({ kind }) => /^(Cluster)?Role(Binding)?$/.test(kind)).flatMap(rights),
    ...documents.flatMap((manifest) =>
      when(manifest.kind === 'Pod', problem(manifest, 'kind comes back by nobody: use a Deployment')),
    ),
    ...workloads(documents).flatMap((workload) => [
      ...ofPod(workload).map((sentence) => problem(workload.manifest, `${workload.path}.${sentence}`)),
      ...ofContainers(workload, workload.containers, (container) => ofContainer(container, workload)),
    ]),
  ],
};
