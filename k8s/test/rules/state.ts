import type { Volume } from './manifest.ts';
import { place, type Workload, workloads } from './pods.ts';
import { problem, type Rule } from './rule.ts';

/** `redis:/data` of Compose: what must outlive its container. Folders (`./config:…`) and what is only read (`:ro`) are no state. */
const statePaths = (volumes: readonly unknown[] = []): string[] =>
  volumes.flatMap((volume) => {
    const [name = '', path = '', mode] = String(volume).split(':');
    return /^\w/.test(name) && mode !== 'ro' ? [path] : [];
  });

/** A spool may go with its pod: it is empty as long as the buffer is there. Component spool-claim keeps it. */
const MAY_GO = new Set(['tracker']);

const keeps = (name: string, { pod, manifest }: Workload, mayGo: boolean): boolean => {
  if (manifest.spec?.volumeClaimTemplates?.some(({ metadata }) => metadata.name === name)) return true;
  const volume: Volume | undefined = pod.volumes?.find((one) => one.name === name);
  return volume?.persistentVolumeClaim !== undefined || (mayGo && volume?.emptyDir !== undefined);
};

export const state: Rule = {
  promise: 'where Compose keeps state in a volume, so does Kubernetes',
  check: (documents, { compose }) =>
    workloads(documents).flatMap((workload) => {
      const name = workload.labels['app.kubernetes.io/name'] ?? '';
      const container = workload.pod.containers[0];
      if (!container) return [];
      return statePaths(compose[name]?.volumes)
        .filter((path) => {
          const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === path);
          return !mount || !keeps(mount.name, workload, MAY_GO.has(name));
        })
        .map((path) =>
          problem(
            workload.manifest,
            `${place(workload, container)}.volumeMounts[${path}] is no claim: what Compose keeps would be gone`,
          ),
        );
    }),
};
