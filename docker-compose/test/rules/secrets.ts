import { secretKeys } from '../../../scripts/src/deploy/dotenv-keys.ts';
import type { Rule } from './rule.ts';

const keys = new Set(secretKeys.map(({ key }) => key));

/** `${NAME…}`, with what stands behind the name. */
const asked = (text: string): [name: string, rest: string][] =>
  [...text.matchAll(/\$\{(\w+)([^}]*)\}/g)].map(([, name = '', rest = '']) => [name, rest]);

/** Names of variables that hold what nobody may know. */
const isSecret = (key: string): boolean => /PASSWORD|SECRET|TOKEN|AUTH$|(^|_)KEY$|_URI$/.test(key);

const isLiteral = (value: string): boolean => {
  const left = value.replace(/\$\{[^}]*\}/g, '');
  return value !== '' && left === value;
};

const textsOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [String(value)];

/** A secret has no default and stands in no file: without `.env` nothing starts. */
export const secrets: Rule = ({ services }) =>
  Object.entries(services).flatMap(([name, service]) => [
    ...textsOf(service)
      .flatMap(asked)
      .filter(([key, rest]) => keys.has(key) && !/^:\?./.test(rest))
      .map(([key]) => `${name}: ${key} is not required`),
    ...Object.entries(service.environment ?? {})
      .filter(([key, value]) => isSecret(key) && isLiteral(String(value)))
      .map(([key]) => `${name}: the value of ${key} stands in the file`),
  ]);
