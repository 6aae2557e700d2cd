import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Manifest } from './manifest.ts';
import { nameOf, type Rule } from './rule.ts';

const folder = new URL('../fixtures/schemas/', import.meta.url);
const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const core = readJson('core-1.36.strict.json') as {
  kinds: Record<string, string>;
  definitions: Record<string, { required?: string[] }>;
};
// A document is found here by these two; what lies inside of another, as a claim in a StatefulSet, may go without.
for (const definition of Object.values(core.definitions)) {
  definition.required =
    definition.required?.filter((field) => field !== 'apiVersion' && field !== 'kind') ?? [];
}
ajv.addSchema(core, 'core');
const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.includes('/'),
);

const compiled = new Map<string, ValidateFunction | undefined>();

const compile = (apiVersion: string, kind: string): ValidateFunction | undefined => {
  const definition = core.kinds[`${apiVersion}/${kind}`];
  if (definition) return ajv.getSchema(`core#/definitions/${definition}`);
  const [group, version] = apiVersion.split('/');
  const file = `${group}/${kind.toLowerCase()}_${version}.json`;
  return others.includes(file) ? ajv.compile(readJson(file)) : undefined;
};

/** Of a kind, `v1/Service`; nothing where no schema is kept here. */
export const validatorOf = (apiVersion: string, kind: string): ValidateFunction | undefined => {
  const key = `${apiVersion}/${kind}`;
  if (!compiled.has(key)) compiled.set(key, compile(apiVersion, kind));
  return compiled.get(key);
};

const inWords = ({ instancePath, message, params }: ErrorObject): string => {
  const field = instancePath.slice(1).replaceAll('/', '.') || 'the document';
  return `${field} ${message}${'additionalProperty' in params ? ` (${params.additionalProperty})` : ''}`;
};

/** What is wrong with one document, `Service website: spec.ports.0 must have required property 'port'`. */
export const schemaProblems = (manifest: Manifest): string[] => {
  const { apiVersion = '?', kind = '?' } = manifest;
  const validate = validatorOf(apiVersion, kind);
  if (!validate)
    return [`${nameOf(manifest)}: kind ${apiVersion}/${kind} has no schema in k8s/test/fixtures/schemas`];
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map((error) => `${nameOf(manifest)}: ${inWords(error)}`);
};

export const schema: Rule = {
  promise: 'every document has a kind we know and no field that it does not know',
  check: (documents) => documents.flatMap(schemaProblems),
};
