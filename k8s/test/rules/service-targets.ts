import type { Manifest, Spec } from './manifest.ts';
import { selects, type Workload, workloads } from './pods.ts';
import { problem, type Rule } from './rule.ts';

type ServicePort = NonNullable<Spec['ports']>[number];

/** The number that a port of a Service leads to in these pods; nothing where it leads nowhere. */
export const targetOf = (
  { port, targetPort = port }: ServicePort,
  { containers }: Workload,
): number | undefined =>
  containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name, containerPort }) => targetPort === name || targetPort === containerPort)?.containerPort;

/** Who answers behind a Service. */
export const behind = (service: Manifest, documents: readonly Manifest[]): Workload[] => {
  const { selector } = service.spec ?? {};
  if (!selector) return [];
  return workloads(documents).filter(({ labels }) => selects({ matchLabels: selector }, labels));
};

const ofOne = (service: Manifest, documents: readonly Manifest[]): string[] => {
  const { selector, ports = [], type } = service.spec ?? {};
  if (!selector || type === 'ExternalName') return [];
  const found = behind(service, documents);
  if (found.length !== 1) {
    const who = found.map(({ manifest }) => manifest.metadata.name).join(' and ') || 'no pod template';
    return [problem(service, `spec.selector matches ${who}, not one workload`)];
  }
  return ports
    .filter((port) => targetOf(port, found[0] as Workload) === undefined)
    .map(({ port, targetPort = port }) =>
      problem(
        service,
        `spec.ports lead to ${targetPort}, which no container of ${found[0]?.manifest.metadata.name} has`,
      ),
    );
};

export const serviceTargets: Rule = {
  promise: 'a Service leads to the pods of one workload, and each of its ports to a port that they have',
  check: (documents) =>
    documents.filter(({ kind }) => kind === 'Service').flatMap((service) => ofOne(service, documents)),
};
