import { readFileSync } from 'node:fs';
import { isCollection, isScalar, parseDocument, visit } from 'yaml';
import { composeFolder } from '../../scripts/src/deploy/compose-files.ts';
import type { ComposeFile } from './rules/rule.ts';

type Map = Record<string, unknown>;

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sequences that take the place of the one before; what others hold is added to it. */
const whole = new Set(['command', 'entrypoint', 'test']);

/** Behind a key: its value was marked `!override`. */
const INSTEAD = '!';

/** As YAML says it, with `<<` as Compose understands it. @param marks whether `!override` is seen in the keys */
const parse = (text: string, marks = false): Map => {
  const document = parseDocument(text, { merge: true, logLevel: 'error' });
  if (document.errors[0]) throw document.errors[0];
  visit(document, {
    Pair(_key, pair) {
      if (!isCollection(pair.value) || pair.value.tag !== '!override' || !isScalar(pair.key)) return;
      if (marks) pair.key.value = `${pair.key.value}${INSTEAD}`;
    },
  });
  return document.toJS() as Map;
};

const merged = (before: unknown, after: unknown, key: string): unknown => {
  if (Array.isArray(before) && Array.isArray(after)) {
    return whole.has(key) ? after : [...new Set([...before, ...after])];
  }
  if (!isMap(before) || !isMap(after)) return after;
  const both: Map = { ...before };
  for (const [name, value] of Object.entries(after)) {
    const plain = name.endsWith(INSTEAD) ? name.slice(0, -1) : name;
    both[plain] = plain === name ? merged(both[plain], value, plain) : value;
  }
  return both;
};

/** One of the files, as it is. */
export const readFile = (name: string): Map => parse(textOf(name));

export const textOf = (name: string): string => readFileSync(new URL(name, composeFolder), 'utf8');

/** Files laid over each other, the way Compose does it, as far as these files need it (`read-files.compose.ts` compares). */
export const readFiles = (names: readonly string[]): ComposeFile =>
  names
    .map((name) => parse(textOf(name), true))
    .reduce((all, one) => merged(all, one, '') as Map, {}) as never;
