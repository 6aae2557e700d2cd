import type { Manifest } from './manifest.ts';
import { problem, type Rule } from './rule.ts';

/** By group: versions that are gone or on their way out. */
const OLD: Readonly<Record<string, RegExp>> = {
  apps: /^v1beta[12]$/,
  autoscaling: /^v2beta[12]$/,
  batch: /^v(1beta1|2alpha1)$/,
  'cert-manager.io': /^v1(alpha|beta)/,
  'discovery.k8s.io': /^v1beta1$/,
  extensions: /./,
  'external-secrets.io': /^v1(alpha|beta)1$/,
  'gateway.networking.k8s.io': /^v1(alpha|beta)/,
  'kafka.strimzi.io': /^v1(alpha|beta)/,
  'networking.k8s.io': /^v1beta1$/,
  policy: /^v1beta1$/,
  'rbac.authorization.k8s.io': /^v1(alpha|beta)1$/,
  'storage.k8s.io': /^v1beta1$/,
};

/** Fields that Kubernetes 1.34 drops or ignores unless someone switched them on: newer, or alpha until then. */
const NEWER = new Set([
  'fileKeyRef',
  'hostnameOverride',
  'podCertificate',
  'restartPolicyRules',
  'schedulingGroup',
  'stopSignal',
  'tolerance',
]);

const newerFields = (value: unknown, path: string): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path ? `${path}.${key}` : key;
    return NEWER.has(key) ? [here] : newerFields(inner, here);
  });
};

const isOld = ({ apiVersion, kind }: Manifest): boolean => {
  const [group = '', version] = apiVersion.split('/');
  return version ? (OLD[group]?.test(version) ?? false) : kind === 'Endpoints';
};

export const versions: Rule = {
  promise: 'nothing is asked for that clusters have dropped, or that Kubernetes 1.34 does not have yet',
  check: (documents) =>
    documents.flatMap((manifest) => [
      ...(isOld(manifest)
        ? [problem(manifest, `apiVersion ${manifest.apiVersion} is withdrawn or deprecated`)]
        : []),
      ...newerFields(manifest.spec, 'spec').map((field) =>
        problem(manifest, `${field} is newer than Kubernetes 1.34`),
      ),
    ]),
};
