import { checkName, checkValue, isRecord } from './check-value.ts';
import type { Properties, PropertyValue } from './event.ts';
import type { Item } from './hit.ts';
import { importReaders, itemReaders } from './item-readers.ts';
import { limits } from './limits.ts';
import { TYPE_PATTERN } from './patterns.ts';
import { type Problem, problem } from './problem.ts';
import { readTime } from './read-time.ts';

/** How strictly an item is read. */
export interface ItemRules {
  /** Time of receipt, epoch ms. */
  now: number;
  /** The sender may set `ip`, `ua`, `lang` and any `at` from 1995 on. */
  imported: boolean;
  /** Values come as text (a query string): reserved numbers and booleans are read from it; `ip`, `ua`, `lang` and `properties` are plain names. */
  text?: boolean;
}

export type ItemCheck = { ok: true; item: Item } | Problem;

const addProperty = (properties: Properties, name: string, value: unknown): Problem | undefined => {
  const found = checkName(name) ?? checkValue(value, name, 1);
  if (found) return found;
  properties[name] = value as PropertyValue;
  return undefined;
};

const readName = (name: string, value: unknown, item: Item, rules: ItemRules): Problem | undefined => {
  const read = itemReaders.get(name);
  if (read) return read(value, item, rules.text === true);
  const importOnly = rules.text ? undefined : importReaders.get(name);
  if (!importOnly) return addProperty(item.properties, name, value);
  return rules.imported
    ? importOnly(value, item, false)
    : problem('forbidden', name, `${name} needs a token of scope import`);
};

/** `at` and `sent` need one another and are read apart; `properties` is, where it is no plain name. */
const isReadApart = (name: string, rules: ItemRules): boolean =>
  name === 'type' || name === 'at' || name === 'sent' || (name === 'properties' && !rules.text);

const readNames = (sent: Record<string, unknown>, item: Item, rules: ItemRules): Problem | undefined => {
  const names = Object.keys(sent);
  if (names.length > limits.params + 1) {
    return problem('too_many', '', `at most ${limits.params} names beside type`);
  }
  for (const name of names) {
    const value = sent[name];
    if (value === undefined || isReadApart(name, rules)) continue;
    const found = readName(name, value, item, rules);
    if (found) return found;
  }
  return undefined;
};

const readProperties = (more: unknown, properties: Properties): Problem | undefined => {
  if (more === undefined) return undefined;
  if (!isRecord(more)) return problem('value_invalid', 'properties', 'properties is an object');
  const names = Object.keys(more);
  if (names.length > limits.params) {
    return problem('too_many', 'properties', `at most ${limits.params} properties`);
  }
  for (const name of names) {
    const value = more[name];
    const found = value === undefined ? undefined : addProperty(properties, name, value);
    if (found) return found;
  }
  return Object.keys(properties).length > limits.params
    ? problem('too_many', 'properties', `at most ${limits.params} properties`)
    : undefined;
};

const checkPair = ({ lat, lng }: Item): Problem | undefined =>
  (lat === undefined) === (lng === undefined)
    ? undefined
    : problem('value_invalid', lat === undefined ? 'lat' : 'lng', 'lat and lng come together');

const rangeMessage = (imported: boolean): string =>
  imported
    ? 'at lies before 1995 or more than 24 hours ahead'
    : 'at lies more than 30 days back or more than 24 hours ahead';

const isSaid = (value: unknown): boolean => value !== undefined && value !== '';

const noTime = (name: string): Problem =>
  problem('value_invalid', name, `${name} is ISO 8601 or milliseconds since 1970`);

const readAt = ({ at, sent }: Record<string, unknown>, item: Item, rules: ItemRules): Problem | undefined => {
  const time = isSaid(at) ? readTime(at) : undefined;
  if (isSaid(at) && time === undefined) return noTime('at');
  const clock = isSaid(sent) ? readTime(sent) : undefined;
  if (isSaid(sent) && clock === undefined) return noTime('sent');
  if (time === undefined) return undefined;
  const happened = clock === undefined ? time : rules.now - (clock - time);
  const floor = rules.imported ? limits.importFloor : rules.now - limits.behindMs;
  if (happened > rules.now + limits.aheadMs || happened < floor) {
    return problem('at_out_of_range', 'at', rangeMessage(rules.imported));
  }
  item.at = happened;
  return undefined;
};

/**
 * Reads what a sender says of one event: the hot path's hand-written twin of `itemSchema`, which accepts and refuses
 * the same (by test). Never throws, never mutates its input; nested values are shared with it. `properties` has no
 * prototype. Where a name stands both beside and inside `properties`, the one inside counts.
 * @param sent reserved names, `type`, an optional `properties` object; every other name is a property
 */
export const checkItem = (sent: unknown, rules: ItemRules): ItemCheck => {
  if (!isRecord(sent)) return problem('item_invalid', '', 'an event is a JSON object');
  const { type } = sent;
  if (typeof type !== 'string' || !TYPE_PATTERN.test(type)) {
    return problem('type_invalid', 'type', 'type is 1 to 64 letters, digits, or _ . : -');
  }
  const item: Item = { type, properties: Object.create(null) as Properties };
  const found =
    readNames(sent, item, rules) ??
    (rules.text ? undefined : readProperties(sent.properties, item.properties)) ??
    checkPair(item) ??
    readAt(sent, item, rules);
  return found ?? { ok: true, item };
};
