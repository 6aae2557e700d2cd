import type { Container } from './manifest.ts';
import { ofContainers, serviceOf, type Workload, workloads } from './pods.ts';
import { quantity } from './quantity.ts';
import { problem, type Rule, when } from './rule.ts';

const ofContainer = (
  { resources: { requests = {}, limits = {} } = {} }: Container,
  ours: boolean,
): string[] => [
  ...when(!requests.cpu, 'resources.requests.cpu is missing'),
  ...when(!requests.memory, 'resources.requests.memory is missing'),
  ...when(!limits.memory, 'resources.limits.memory is missing'),
  ...when(
    quantity(requests.memory) > quantity(limits.memory),
    'resources.requests.memory is above the limit',
  ),
  ...when(ours && limits.cpu, 'resources.limits.cpu throttles Node while it collects garbage: leave it out'),
];

const folders = ({ manifest, pod, path }: Workload): string[] =>
  (pod.volumes ?? []).flatMap(({ name, emptyDir }) =>
    when(
      emptyDir && !emptyDir.sizeLimit,
      problem(manifest, `${path}.volumes[${name}].emptyDir.sizeLimit is missing`),
    ),
  );

export const resources: Rule = {
  promise:
    'every container says what it needs and how much memory it may take; no folder grows without a bound',
  check: (documents, { services }) =>
    workloads(documents).flatMap((workload) => {
      const ours = serviceOf(workload, services) !== undefined;
      return [
        ...ofContainers(workload, workload.containers, (container) => ofContainer(container, ours)),
        ...folders(workload),
      ];
    }),
};
