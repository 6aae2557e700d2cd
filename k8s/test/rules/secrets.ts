import type { Container, Manifest } from './manifest.ts';
import { ofContainers, workloads } from './pods.ts';
import { problem, type Rule, when } from './rule.ts';

const SECRET_KEY = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
/** Names of files and of the keys themselves are no secrets. */
const HARMLESS = /^$|^\/|^\$\(\w+\)$|^\$\{?\w+\}?$|^\{\$\w+\}$/;
/** `user:password@` in an address, a private key, a long run of random-looking characters. */
const IN_TEXT = [
  /\b[a-z][a-z+]*:\/\/[^\s/:@]*:(?!\$[({]|\{\$|\$\w)[^\s/@]+@/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{40,}\b/,
  /\b(requirepass|masterauth)\s+(?!\$)\S+/,
];

/** Does it look like a secret that somebody wrote down? */
export const looksSecret = (key: string, value: string): boolean =>
  (SECRET_KEY.test(key) && !HARMLESS.test(value.trim())) || IN_TEXT.some((pattern) => pattern.test(value));

const FOUND = 'holds what looks like a secret';

const inData = (manifest: Manifest): string[] => {
  const isSecret = manifest.kind === 'Secret';
  return [
    ...Object.entries(manifest.data ?? {}).flatMap(([key, value]) =>
      when(isSecret || looksSecret(key, value), problem(manifest, `data.${key} ${FOUND}`)),
    ),
    ...when(isSecret && manifest.stringData, problem(manifest, `stringData ${FOUND}`)),
  ];
};

const inContainer = ({ env = [], command = [], args = [] }: Container): string[] => [
  ...env.flatMap(({ name, value = '' }) => when(looksSecret(name, value), `env[${name}] ${FOUND}`)),
  ...[...command, ...args].flatMap((word) => when(looksSecret('', word), `command ${FOUND}`)),
];

export const secrets: Rule = {
  promise: 'secrets come from the task that makes them; none stands in a file that is committed',
  check: (documents) => [
    ...documents.filter(({ kind }) => ['ConfigMap', 'Secret'].includes(kind)).flatMap(inData),
    ...workloads(documents).flatMap((workload) => ofContainers(workload, workload.containers, inContainer)),
  ],
};
