import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const schema = JSON.parse(
  readFileSync(new URL('fixtures/compose-spec.schema.json', import.meta.url), 'utf8'),
) as object;

const validate = new Ajv({
  strict: false,
  validateSchema: false,
  allErrors: true,
  validateFormats: false,
}).compile(schema);

/** Where a file is none by the Compose Specification. */
export const schemaProblems = (file: unknown): string[] => {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const what = Object.values(params).join(' ');
    return `${instancePath || '/'} ${message}${what ? `: ${what}` : ''}`;
  });
};
