import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { clusterHelp, clusterOptions, inNamespace, kubectlFor } from '../deploy/k8s-kubectl.ts';
import { namespace } from '../deploy/kustomize.ts';
import type { Task } from '../task.ts';

const options = { ...clusterOptions, all: { type: 'boolean', default: false } } as const;

/** Neither claims nor Secrets: with them the next `k8s:up` goes on where this ended. */
const kinds = [
  'horizontalpodautoscalers.autoscaling',
  'deployments.apps',
  'statefulsets.apps',
  'jobs.batch',
  'services',
  'configmaps',
  'serviceaccounts',
  'poddisruptionbudgets.policy',
  'networkpolicies.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'podmonitors.monitoring.coreos.com',
  'prometheusrules.monitoring.coreos.com',
];

/** Whatever overlay it was. */
export const k8sDown: Task = {
  name: 'k8s:down',
  group: 'Kubernetes',
  line: 'takes everything out of the cluster; volumes and Secrets stay, unless --all is said',
  usage: 'k8s:down [--all] [--context C] [--dry-run]',
  help: `
--all         Secrets, volumes with all data, and the namespace too
${clusterHelp}`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const kubectl = kubectlFor(values);
    const { run, read } = createCommands(io, values['dry-run']);
    // Not every cluster has the kinds of Gateway API and Prometheus operator.
    const known = (await read(kubectl('api-resources', '--namespaced', '--output', 'name'))).split('\n');
    const there = kinds.filter((kind) => known.includes(kind));
    const ours = ['--selector', 'app.kubernetes.io/part-of=pushtech', '--ignore-not-found', '--timeout=180s'];
    await run(kubectl('delete', there.join(','), ...inNamespace, ...ours));
    if (values.all)
      await run(kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s'));
    return 0;
  },
};
