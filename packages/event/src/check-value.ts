import { limits } from './limits.ts';
import { type Problem, problem } from './problem.ts';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** More than so many bytes of UTF-8? Counts only where the length alone does not tell. */
export const isTooLong = (value: string, bytes: number): boolean =>
  value.length > bytes || (value.length * 3 > bytes && Buffer.byteLength(value) > bytes);

/** Names that would reach into an object's workings wherever somebody writes `o[name]`. */
export const isForbiddenName = (name: string): boolean =>
  name === '__proto__' || name === 'constructor' || name === 'prototype';

export const checkName = (name: string): Problem | undefined => {
  if (name.length > limits.keyLength) {
    return problem('name_too_long', name.slice(0, 64), `names are at most ${limits.keyLength} characters`);
  }
  if (name === '') return problem('name_empty', '', 'a property needs a name');
  if (isForbiddenName(name)) return problem('name_forbidden', name, `${name} may not be used as a name`);
  return undefined;
};

/**
 * Is this a property's value? Names, sizes, numbers of members and nesting are looked at; recursion ends at the limit.
 * @param field what a problem is said to be about
 * @param depth level of the value, 1 at the top
 */
export const checkValue = (value: unknown, field: string, depth: number): Problem | undefined => {
  switch (typeof value) {
    case 'string':
      return isTooLong(value, limits.valueBytes)
        ? problem('value_too_long', field, `values are at most ${limits.valueBytes} bytes`)
        : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : problem('value_invalid', field, 'numbers must be finite');
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : checkMembers(value, field, depth);
    default:
      return problem(
        'value_invalid',
        field,
        'a value is text, a number, true, false, null, a list or an object',
      );
  }
};

const checkMembers = (value: object, field: string, depth: number): Problem | undefined => {
  if (depth >= limits.depth) return problem('too_deep', field, `values nest at most ${limits.depth} deep`);
  return Array.isArray(value)
    ? checkList(value, field, depth + 1)
    : checkObject(value as Record<string, unknown>, field, depth + 1);
};

const checkList = (list: readonly unknown[], field: string, depth: number): Problem | undefined => {
  if (list.length > limits.params) {
    return problem('too_many', field, `at most ${limits.params} members in a list`);
  }
  for (const member of list) {
    const found = checkValue(member, field, depth);
    if (found) return found;
  }
  return undefined;
};

const checkObject = (object: Record<string, unknown>, field: string, depth: number): Problem | undefined => {
  const names = Object.keys(object);
  if (names.length > limits.params) {
    return problem('too_many', field, `at most ${limits.params} names in an object`);
  }
  for (const name of names) {
    const bad = checkName(name);
    if (bad) return { ...bad, field };
    const found = checkValue(object[name], field, depth);
    if (found) return found;
  }
  return undefined;
};
