import { parseEnv } from 'node:util';

export type Values = Readonly<Record<string, string | undefined>>;

/** What `KEY=` lines say; quotes and comments as Node and Compose read them. */
export const readDotenv = (text: string): Values => parseEnv(text);

const keyOf = (line: string): string | undefined => /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];

/** The same text, where the lines of these keys carry these values. */
export const withValues = (text: string, values: Values): string =>
  text
    .split('\n')
    .map((line) => {
      const value = values[keyOf(line) ?? ''];
      return value === undefined ? line : `${keyOf(line)}=${value}`;
    })
    .join('\n');

/** Paragraphs of the template whose key `text` does not have, to stand at its end. */
export const missingParagraphs = (text: string, template: string): string[] => {
  const has = new Set(text.split('\n').map(keyOf));
  return template.split(/\n{2,}/).flatMap((paragraph) => {
    const keys = paragraph.split('\n').map(keyOf).filter(Boolean);
    return keys.length > 0 && keys.every((key) => !has.has(key)) ? [paragraph.trim()] : [];
  });
};

/** Everything secret is covered: for people who look over a shoulder. */
export const covered = (text: string, secrets: readonly string[]): string =>
  withValues(text, Object.fromEntries(secrets.flatMap((key) => (readDotenv(text)[key] ? [[key, '…']] : []))));
