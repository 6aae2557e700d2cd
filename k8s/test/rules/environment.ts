import { loadSettings, SettingsError } from '@pushtech/service';
import type { Container, EnvVar, Manifest } from './manifest.ts';
import { ofContainers, serviceOf, workloads } from './pods.ts';
import { type Deployed, type Rule, when } from './rule.ts';

type Values = Record<string, string>;

const dataOf = (documents: readonly Manifest[], name: string): Values =>
  documents.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data ?? {};

/** `$(NAME)` of what stands before it, as the kubelet has it. */
const expanded = (text: string, before: Values): string =>
  text.replaceAll(/\$\((\w+)\)/g, (whole, name: string) => before[name] ?? whole);

const givenIn = (
  { value = '', valueFrom: from }: EnvVar,
  before: Values,
  documents: readonly Manifest[],
  { secrets }: Deployed,
): string => {
  const { configMapKeyRef: map, secretKeyRef: secret } = from ?? {};
  if (map) return dataOf(documents, map.name)[map.key] ?? '';
  if (secret) return secrets[secret.name]?.[secret.key] ?? '';
  return from ? 'known-when-it-runs' : expanded(value, before);
};

/** What a container would find in its environment, with stand-ins for secrets. */
export const environmentOf = (
  { env = [], envFrom = [] }: Container,
  documents: readonly Manifest[],
  deployed: Deployed,
): Values => {
  const values: Values = {};
  for (const { configMapRef, secretRef } of envFrom) {
    if (configMapRef) Object.assign(values, dataOf(documents, configMapRef.name));
    if (secretRef) Object.assign(values, deployed.secrets[secretRef.name]);
  }
  for (const one of env) values[one.name] = givenIn(one, values, documents, deployed);
  return values;
};

const refused = (read: () => unknown): string[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

const ENGINES = /^(BUFFER|LOG|STATS|STORE|JOBS|IMAGES)_URL$/;

const wrongWith = (values: Values, service: string, { settings, opens }: Deployed): string[] => {
  const schema = settings[service];
  if (!schema) return [];
  const read = Object.keys(schema.shape);
  const engine = (key: string) => {
    const opened = opens[service]?.includes(key) ?? false;
    if (opened === Boolean(values[key])) return [];
    return [
      `env[${key}] ${opened ? `is empty: ${service} would keep its own` : `is given, but ${service} never opens it`}`,
    ];
  };
  return [
    ...read.flatMap((key) => when(values[key] === undefined, `env[${key}] is missing`)),
    ...Object.keys(values).flatMap((key) =>
      when(!read.includes(key), `env[${key}] is read by nothing in ${service}`),
    ),
    ...read.filter((key) => ENGINES.test(key)).flatMap(engine),
    ...refused(() => loadSettings(schema, values)).map((why) => `env is refused: ${why}`),
  ];
};

export const environment: Rule = {
  promise: 'a service gets the settings that it reads, all and no others, each with a value that it takes',
  check: (documents, deployed) =>
    workloads(documents).flatMap((workload) => {
      const service = serviceOf(workload, deployed.services);
      if (!service) return [];
      return ofContainers(workload, workload.pod.containers, (container) =>
        wrongWith(environmentOf(container, documents, deployed), service.name, deployed),
      );
    }),
};
