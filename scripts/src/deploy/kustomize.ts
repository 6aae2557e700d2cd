import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Commands } from '../commands.ts';
import { UsageError } from '../task.ts';

/** The checkout. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const namespace = 'pushtech';

/** As far as tasks look into it. */
export interface Manifest {
  kind: string;
  metadata: { name: string };
  spec?: {
    ports?: { name?: string; nodePort?: number }[];
    hostnames?: string[];
    rules?: { host?: string }[];
  };
}

export const overlays = (): string[] => readdirSync(join(root, 'k8s/overlays')).toSorted();

/** @throws UsageError there is no such overlay */
export const readOverlay = ([name, ...more]: readonly string[]): string => {
  if (more.length > 0) throw new UsageError('name one overlay');
  const all = overlays();
  if (name !== undefined && !all.includes(name)) {
    throw new UsageError(`there is no overlay "${name}"; there are ${all.join(', ')}`);
  }
  return name ?? 'minikube';
};

export const overlayFolder = (overlay: string): string => join(root, 'k8s/overlays', overlay);

/** What would be applied, as kubectl puts it together: the same bytes each time. */
export const renderOverlay = (overlay: string, { read }: Pick<Commands, 'read'>): Promise<string> =>
  read(['kubectl', 'kustomize', overlayFolder(overlay)]);

export const readManifests = (rendered: string): Manifest[] =>
  parseAllDocuments(rendered).map((document) => document.toJS() as Manifest);

/** Where people reach what these manifests deploy. `node` = address of a node, for ports of nodes. */
export const addressesIn = (manifests: readonly Manifest[], node: string): string[] => {
  const all = manifests.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Service') {
      const ports = (spec?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
      return ports.map((port) => `${metadata.name.padEnd(10)} http://${node}:${port}`);
    }
    const hosts = kind === 'Ingress' ? spec?.rules?.flatMap(({ host }) => host ?? []) : undefined;
    const routes = kind === 'HTTPRoute' ? spec?.hostnames : hosts;
    return (routes ?? []).map((host) => `https://${host}`);
  });
  // Ingress and Gateway may name the same.
  return [...new Set(all)];
};
