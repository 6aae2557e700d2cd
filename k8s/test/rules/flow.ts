import type { Labels, Manifest } from './manifest.ts';
import { allowed, type End, endOf } from './network.ts';
import { workloads } from './pods.ts';
import type { Deployed, Rule } from './rule.ts';

/** Which pods call which: the services share state through stores and never call each other. */
export const CALLS: Readonly<Record<string, readonly string[]>> = {
  tracker: ['redis', 'mongo'],
  enricher: ['redis', 'kafka', 'mongo'],
  'consumer-stats': ['redis', 'kafka', 'mongo'],
  kafidx: ['redis', 'kafka', 'mongo'],
  website: ['redis', 'kafka', 'mongo'],
  init: ['redis', 'kafka', 'mongo'],
  front: ['tracker', 'consumer-stats', 'kafidx', 'website'],
};

/** Where the stores are not in the cluster: the ports that lead to them. */
const STORES: Readonly<Record<string, number>> = { redis: 6379, kafka: 9092, mongo: 27017 };

/** Looks at pages of others: the check that a page carries the script, and sign-in by a provider. */
const CALLS_WORLD = 'website';

const elsewhere = (name: string, labels: Labels, namespace: Labels): End => ({ name, labels, namespace });

const DNS = elsewhere('DNS', { 'k8s-app': 'kube-dns' }, { 'kubernetes.io/metadata.name': 'kube-system' });
/** Carries our labels, but lives elsewhere. */
const STRANGER = elsewhere(
  'a stranger',
  { 'app.kubernetes.io/name': 'tracker', 'app.kubernetes.io/part-of': 'pushtech' },
  { 'kubernetes.io/metadata.name': 'default' },
);
const PROMETHEUS = elsewhere('Prometheus', {}, { 'pushtech/monitoring': 'true' });
const CONTROLLER = elsewhere('the Ingress controller', {}, { 'pushtech/front': 'true' });

const WORLD: End = { name: 'the world', address: '93.184.215.14' };
/** Clouds answer with credentials at the last one. */
const PRIVATE = ['10.1.2.3', '172.16.1.1', '192.168.1.1', '100.64.0.1', '127.0.0.1', '169.254.169.254'];

interface Expected {
  from: End;
  to: End;
  port: number;
  over?: string;
  may: boolean;
}

/** Every pair of our pods, at every port of the target. */
const inside = (ends: readonly End[]): Expected[] =>
  ends.flatMap((from) =>
    ends
      .filter((to) => to !== from)
      .flatMap((to) =>
        Object.values(to.ports ?? {}).map((port) => ({
          from,
          to,
          port,
          may: CALLS[from.name]?.includes(to.name) ?? false,
        })),
      ),
  );

const outOf = (from: End): Expected[] => [
  { from, to: DNS, port: 53, over: 'UDP', may: true },
  { from, to: DNS, port: 53, may: true },
  { from, to: WORLD, port: 443, may: from.name === CALLS_WORLD },
  { from, to: WORLD, port: 25, may: false },
  ...PRIVATE.map((address) => ({ from, to: { name: address, address }, port: 443, may: false })),
];

/** The front door is open to all, services to who leads to them and who watches them. */
const into = (to: End, { services }: Deployed): Expected[] => {
  const service = services.find(({ name }) => name === to.name);
  const isDoor = to.name === 'front';
  return Object.values(to.ports ?? {}).flatMap((port) => [
    { from: STRANGER, to, port, may: isDoor },
    { from: WORLD, to, port, may: isDoor },
    { from: PROMETHEUS, to, port, may: isDoor || service !== undefined },
    { from: CONTROLLER, to, port, may: isDoor || service?.service !== undefined },
  ]);
};

/** Stores that are elsewhere may be anywhere. */
const toStores = (from: End, ends: readonly End[]): Expected[] =>
  Object.entries(STORES)
    .filter(([store]) => !ends.some(({ name }) => name === store))
    .flatMap(([store, port]) =>
      ['93.184.215.14', '10.1.2.3'].map((address) => ({
        from,
        to: { name: `${store} at ${address}`, address },
        port,
        may: CALLS[from.name]?.includes(store) ?? false,
      })),
    );

const broken = ({ from, to, port, over = 'TCP', may }: Expected, policies: readonly Manifest[]): string[] => {
  const { out, into: enters } = allowed({ from, to, port, over }, policies);
  const way = `NetworkPolicy: ${from.name} to ${to.name} port ${port}/${over}`;
  if (may && !out) return [`${way} is cut at the egress of ${from.name}`];
  if (may && !enters) return [`${way} is cut at the ingress of ${to.name}`];
  return !may && out && enters ? [`${way} is open, but nobody declared it`] : [];
};

/** minikube's own network enforces no policies; the overlay `test` is this one with them. */
const UNGUARDED = new Set(['minikube']);

export const flow: Rule = {
  promise: 'the network lets through what the flow declares, and nothing else',
  check: (documents, deployed) => {
    const policies = documents.filter(({ kind }) => kind === 'NetworkPolicy');
    const ends = workloads(documents).map(endOf);
    if (policies.length === 0 && UNGUARDED.has(deployed.overlay)) return [];
    const all = ends.flatMap((end) => [...outOf(end), ...toStores(end, ends), ...into(end, deployed)]);
    return [...inside(ends), ...all].flatMap((expected) => broken(expected, policies));
  },
};
