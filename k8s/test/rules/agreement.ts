import { isDeepStrictEqual } from 'node:util';
import { environmentOf } from './environment.ts';
import { parts } from './images.ts';
import type { Container, Manifest } from './manifest.ts';
import { ofContainers, serviceOf, type Workload, workloads } from './pods.ts';
import { type ComposeService, type Deployed, problem, type Rule, when } from './rule.ts';

const versionOf = (image: string): string | undefined => parts(image).tag;

/** A digest is of a release that Compose cannot know. */
const imageAgrees = ({ image }: Container, compose: readonly ComposeService[]): string[] => {
  const { name, digest } = parts(image);
  if (digest) return [];
  const same = compose.filter((service) => service.image && parts(service.image).name === name);
  if (same.length === 0) return [`image "${image}" is in no Compose file`];
  const versions = [...new Set(same.map((service) => versionOf(service.image ?? '')))].join(' and ');
  return when(versions !== versionOf(image), `image "${image}" is ${name}:${versions} in Compose`);
};

/** Services: the same keys, as each has values of its own. Stores: the same values too. */
const settingsAgree = (
  workload: Workload,
  container: Container,
  documents: readonly Manifest[],
  deployed: Deployed,
): string[] => {
  const name = workload.labels['app.kubernetes.io/name'] ?? '';
  const service = serviceOf(workload, deployed.services);
  const there = deployed.compose[name]?.environment;
  if (!there || (!service && name !== 'kafka')) return [];
  const here = environmentOf(container, documents, deployed);
  const keys = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  const differ = (key: string) =>
    service ? (here[key] === undefined) !== (there[key] === undefined) : here[key] !== String(there[key]);
  return keys.filter(differ).map((key) => `env[${key}] differs from Compose`);
};

const words = (command: string | readonly string[] = []): string[] =>
  [command].flat().map((word) => word.replaceAll('$$', '$'));

/** What a store is started with. */
const startAgrees = (
  workload: Workload,
  { name: container, command = [], args = [] }: Container,
  { compose }: Deployed,
): string[] => {
  const name = workload.labels['app.kubernetes.io/name'] ?? '';
  const isStore = workload.labels['app.kubernetes.io/component'] === 'store';
  if (!isStore || !compose[name] || container !== name) return [];
  const same = isDeepStrictEqual([...command, ...args], words(compose[name].command));
  return when(!same, 'command differs from Compose');
};

const files = (manifest: Manifest, deployed: Deployed): string[] =>
  Object.entries(manifest.data ?? {})
    .filter(([name, text]) => (deployed.files[name] ?? text).trimEnd() !== text.trimEnd())
    .map(([name]) => problem(manifest, `data.${name} differs from the file that Compose mounts`));

const alerts = (manifest: Manifest, { alertGroups }: Deployed): string[] =>
  when(
    !isDeepStrictEqual((manifest.spec as { groups?: unknown })?.groups, alertGroups),
    problem(manifest, 'spec.groups differ from ops/prometheus/rules, which Compose mounts'),
  );

export const agreement: Rule = {
  promise: 'Compose and Kubernetes run the same images, with the same settings and files',
  check: (documents, deployed) => [
    ...workloads(documents).flatMap((workload) =>
      ofContainers(workload, workload.containers, (container) => [
        ...imageAgrees(container, Object.values(deployed.compose)),
        ...settingsAgree(workload, container, documents, deployed),
        ...startAgrees(workload, container, deployed),
      ]),
    ),
    ...documents.filter(({ kind }) => kind === 'ConfigMap').flatMap((manifest) => files(manifest, deployed)),
    ...documents
      .filter(({ kind }) => kind === 'PrometheusRule')
      .flatMap((manifest) => alerts(manifest, deployed)),
  ],
};
