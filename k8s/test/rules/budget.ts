import type { Container, Quantities } from './manifest.ts';
import { type Workload, workloads } from './pods.ts';
import { quantity } from './quantity.ts';
import type { Rule } from './rule.ts';

/** What a laptop's minikube may give, by overlay. */
const MOST: Readonly<Record<string, { cpu: number; memory: number }>> = {
  minikube: { cpu: 1.5, memory: 6 * 2 ** 30 },
  // With autoscalers: the machine that tests it is no larger.
  test: { cpu: 1.5, memory: 6 * 2 ** 30 },
};

const surge = ({ manifest, copies }: Workload): number => {
  if (manifest.kind !== 'Deployment') return 0;
  if (manifest.spec?.strategy?.type === 'Recreate') return 0;
  const most = manifest.spec?.strategy?.rollingUpdate?.maxSurge ?? '25%';
  return typeof most === 'number' ? most : Math.ceil((Number.parseInt(most, 10) / 100) * copies);
};

const requested = ({ resources }: Container, what: keyof Quantities): number =>
  quantity(resources?.requests?.[what]);

/** A pod needs what its containers need together, or what one that runs before them needs, if that is more. */
export const podRequest = ({ pod }: Workload, what: 'cpu' | 'memory'): number => {
  const before = pod.initContainers ?? [];
  const beside = before.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const together = [...pod.containers, ...beside].reduce(
    (sum, container) => sum + requested(container, what),
    0,
  );
  return Math.max(together, ...before.map((container) => requested(container, what)));
};

export const budget: Rule = {
  promise: 'what may run at once, updates and autoscaled copies too, requests no more than one machine has',
  check: (documents, { overlay }) => {
    const most = MOST[overlay];
    if (!most) return [];
    const total = (what: 'cpu' | 'memory') =>
      workloads(documents).reduce((sum, one) => sum + podRequest(one, what) * (one.copies + surge(one)), 0);
    const [cpu, memory] = [Math.round(total('cpu') * 1000) / 1000, total('memory')];
    const said = (field: string, sum: string, limit: string) =>
      `Overlay ${overlay}: ${field} sum to ${sum}, more than ${limit}`;
    return [
      ...(cpu <= most.cpu ? [] : [said('requests.cpu', `${cpu} cores`, `${most.cpu}`)]),
      ...(memory <= most.memory
        ? []
        : [said('requests.memory', `${Math.ceil(memory / 2 ** 20)} MiB`, `${most.memory / 2 ** 20}`)]),
    ];
  },
};
