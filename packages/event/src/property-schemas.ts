import { z } from 'zod';
import type { PropertyValue } from './event.ts';
import { limits } from './limits.ts';

// Not `.max()`: zod asks the length of whatever has a member `length`, and throws where that is a hostile object.

/** Text of so many bytes of UTF-8 at the most. */
export const textOf = (bytes: number) =>
  z
    .string()
    .refine((text) => Buffer.byteLength(text) <= bytes, `at most ${bytes} bytes`)
    .meta({ maxLength: bytes });

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

export const propertyName = z
  .string()
  .refine((name) => name.length >= 1 && name.length <= limits.keyLength, '1 to 64 characters')
  .refine((name) => !FORBIDDEN.includes(name), 'this name is not allowed')
  .describe('The name of a property; all but __proto__, constructor and prototype.');

const fewNames = (object: object) => Object.keys(object).length <= limits.params;

const valueAt = (level: number): z.ZodType<PropertyValue> => {
  const plain = [textOf(limits.valueBytes), z.number(), z.boolean(), z.null()] as const;
  if (level === limits.depth) return z.union(plain);
  const member = valueAt(level + 1);
  return z.union([
    ...plain,
    z
      .array(member)
      .refine((list) => list.length <= limits.params, `at most ${limits.params} members`)
      .meta({ maxItems: limits.params }),
    z.record(propertyName, member).refine(fewNames, `at most ${limits.params} names`),
  ]);
};

export const propertyValue = valueAt(1).describe(
  `Text (up to ${limits.valueBytes} bytes), a number, true, false, null, a list or an object, up to ${limits.depth} levels deep.`,
);

export const propertiesSchema = z
  .record(propertyName, propertyValue)
  .refine(fewNames, `at most ${limits.params} properties`)
  .describe('Whatever the sender says beside the reserved names.');

/**
 * zod leaves a member called `__proto__` out without a word, so that no schema behind it can refuse it: this looks
 * before zod does. Looks no deeper than values may nest.
 */
export const hasProto = (value: unknown, levels: number = limits.depth + 2): boolean => {
  if (levels === 0 || typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  return Object.values(value).some((member) => hasProto(member, levels - 1));
};
