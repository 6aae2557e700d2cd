import type { Labels, Manifest, PolicyPeer, PolicyPort, Selector } from './manifest.ts';
import { selects, type Workload } from './pods.ts';

/** One end of a connection: a pod of ours, a pod elsewhere, or an address outside. */
export interface End {
  name: string;
  /** None for an address outside the cluster. */
  labels?: Labels;
  /** Labels of its namespace; `ours` for ours. */
  namespace?: Labels | 'ours';
  /** Where it is no pod. */
  address?: string;
  /** Names of its ports. */
  ports?: Readonly<Record<string, number>>;
}

export const endOf = ({ manifest, labels, pod }: Workload): End => ({
  name: manifest.metadata.labels?.['app.kubernetes.io/name'] ?? manifest.metadata.name,
  labels,
  namespace: 'ours',
  ports: Object.fromEntries(
    pod.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name = '', containerPort }) => [name, containerPort]),
    ),
  ),
});

const number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Is an IPv4 address in a block, `10.0.0.0/8`? */
export const inBlock = (address: string, block: string): boolean => {
  const [base = '', bits = '32'] = block.split('/');
  if (base.includes(':')) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
};

const OURS: Labels = { 'kubernetes.io/metadata.name': 'pushtech' };

const inNamespace = (selector: Selector | undefined, { namespace }: End): boolean => {
  if (!selector) return namespace === 'ours';
  return namespace !== undefined && selects(selector, namespace === 'ours' ? OURS : namespace);
};

const isPeer = ({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, end: End): boolean => {
  if (ipBlock) {
    const { address } = end;
    if (address === undefined || !inBlock(address, ipBlock.cidr)) return false;
    return !(ipBlock.except ?? []).some((block) => inBlock(address, block));
  }
  if (!end.labels || !inNamespace(namespaceSelector, end)) return false;
  return podSelector === undefined || selects(podSelector, end.labels);
};

const isPort = (
  { port, endPort, protocol = 'TCP' }: PolicyPort,
  to: End,
  asked: number,
  over: string,
): boolean => {
  if (protocol !== over) return false;
  if (port === undefined) return true;
  const first = typeof port === 'number' ? port : to.ports?.[port];
  return first !== undefined && asked >= first && asked <= (endPort ?? first);
};

interface Way {
  from: End;
  to: End;
  port: number;
  over: string;
}

/** Does one side let it through? Where no policy speaks of that side, all goes. */
const passes = (side: 'Ingress' | 'Egress', way: Way, policies: readonly Manifest[]): boolean => {
  const [here, there] = side === 'Egress' ? [way.from, way.to] : [way.to, way.from];
  if (here.namespace !== 'ours' || !here.labels) return true;
  const speaking = policies.filter(
    ({ spec }) =>
      (spec?.policyTypes ?? ['Ingress']).includes(side) && selects(spec?.podSelector, here.labels as Labels),
  );
  if (speaking.length === 0) return true;
  return speaking.some(({ spec }) => {
    const rules =
      (side === 'Egress'
        ? spec?.egress?.map(({ to, ports }) => ({ peers: to, ports }))
        : spec?.ingress?.map(({ from, ports }) => ({ peers: from, ports }))) ?? [];
    return rules.some(
      ({ peers, ports }) =>
        (peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, there))) &&
        (ports === undefined ||
          ports.length === 0 ||
          ports.some((port) => isPort(port, way.to, way.port, way.over))),
    );
  });
};

/** As NetworkPolicy says it: out of the source, and into the target. */
export const allowed = (way: Way, policies: readonly Manifest[]): { out: boolean; into: boolean } => ({
  out: passes('Egress', way, policies),
  into: passes('Ingress', way, policies),
});
