import type { DeployedService } from '@pushtech/scripts/deploy';
import type { Manifest } from './manifest.ts';
import { serviceOf, type Workload, workloads } from './pods.ts';
import { type Deployed, problem, type Rule, when } from './rule.ts';
import { behind, targetOf } from './service-targets.ts';

const listening = ({ manifest, pod, path }: Workload, service: DeployedService): string[] => {
  const found = pod.containers
    .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
    .join();
  return when(
    found !== `${service.port}`,
    problem(manifest, `${path}.containers.ports are ${found || 'none'}, not ${service.port}`),
  );
};

const reached = (workload: Workload, service: DeployedService, documents: readonly Manifest[]): string[] => {
  if (!service.service) return [];
  const found = documents.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === service.service,
  );
  if (!found) return [problem(workload.manifest, `Service ${service.service} is missing`)];
  const { ports = [], type } = found.spec ?? {};
  const right = behind(found, documents).some(({ manifest }) => manifest === workload.manifest);
  const nodePort = ports[0]?.nodePort;
  return [
    ...when(!right, `spec.selector does not lead to ${service.name}`),
    ...ports.flatMap((port) =>
      when(
        targetOf(port, workload) !== service.port,
        `spec.ports lead port ${port.port} elsewhere than to ${service.port}`,
      ),
    ),
    ...when(
      type === 'NodePort' && nodePort !== service.nodePort,
      `spec.ports.nodePort is ${nodePort ?? 'left open'}, not ${service.nodePort}`,
    ),
  ].map((sentence) => problem(found, sentence));
};

const deployedOnce = (
  { name }: DeployedService,
  all: readonly Workload[],
  { overlay }: Deployed,
): string[] => {
  const found = all.some(({ manifest }) => manifest.kind === 'Deployment' && manifest.metadata.name === name);
  return when(!found, `Overlay ${overlay}: Deployment ${name} is missing`);
};

export const ports: Rule = {
  promise:
    'every service of the list is there, listens where the code does, and is reached by its name and node port',
  check: (documents, deployed) => {
    const all = workloads(documents);
    return [
      ...deployed.services.flatMap((service) => deployedOnce(service, all, deployed)),
      ...all.flatMap((workload) => {
        const service = serviceOf(workload, deployed.services);
        return service ? [...listening(workload, service), ...reached(workload, service, documents)] : [];
      }),
    ];
  },
};
