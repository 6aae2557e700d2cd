import type { Properties, PropertyValue } from './event.ts';
import type { Item } from './hit.ts';
import { isId } from './id.ts';
import { limits } from './limits.ts';

/** How strictly an item is read. */
export interface ItemRules {
  /** Time of receipt, epoch ms. */
  now: number;
  /** The sender may set `ip`, `ua`, `lang` and any `at` from 1995 on. */
  imported: boolean;
  /** Values come as text (a query string): numbers and booleans are read from it. */
  text?: boolean;
}

export interface ItemError {
  error: string;
  field: string;
  message: string;
}

export type ItemCheck = { ok: true; item: Item } | ({ ok: false } & ItemError);

const TYPE = /^[\w.:-]{1,64}$/;
const SITE = /^[\w.:-]{1,253}$/;
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const fail = (error: string, field: string, message: string): ItemCheck => ({ ok: false, error, field, message });

const tooLong = (value: string, bytes: number): boolean =>
  value.length > bytes || (value.length * 3 > bytes && Buffer.byteLength(value) > bytes);

/** Epoch ms of an ISO 8601 text or a number of milliseconds; `undefined` if it is neither. */
const readTime = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 8.64e15 ? Math.trunc(value) : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (/^-?\d{1,16}$/.test(value)) return readTime(Number(value));
  const time = ISO.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

const readDegrees = (value: unknown, bound: number, text: boolean): number | undefined => {
  const n = text && typeof value === 'string' && /^[-+]?\d{1,3}(\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Math.abs(n) <= bound ? n : undefined;
};

const readConsent = (value: unknown): boolean | undefined => {
  if (value === true || value === 1 || value === '1' || value === 'true') return true;
  if (value === false || value === 0 || value === '0' || value === 'false') return false;
  return undefined;
};

/** Names that would reach into an object's workings wherever somebody writes `o[name]`. */
const forbidden = (name: string): boolean =>
  name === '__proto__' || name === 'constructor' || name === 'prototype';

const checkName = (name: string): ItemCheck | undefined => {
  if (forbidden(name)) return fail('name_forbidden', name, `${name} may not be used as a name`);
  if (name.length === 0) return fail('name_empty', name, 'a property needs a name');
  if (name.length > limits.keyLength) {
    return fail('name_too_long', name.slice(0, 64), `names are at most ${limits.keyLength} characters`);
  }
  return undefined;
};

const checkValue = (value: unknown, field: string, depth: number): ItemCheck | undefined => {
  switch (typeof value) {
    case 'string':
      return tooLong(value, limits.valueBytes)
        ? fail('value_too_long', field, `values are at most ${limits.valueBytes} bytes`)
        : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : fail('value_invalid', field, 'numbers must be finite');
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : checkNested(value, field, depth);
    default:
      return fail('value_invalid', field, 'a value is text, a number, true, false, null, a list or an object');
  }
};

const checkNested = (value: object, field: string, depth: number): ItemCheck | undefined => {
  if (depth >= limits.depth) return fail('too_deep', field, `values nest at most ${limits.depth} deep`);
  const names = Object.keys(value);
  if (names.length > limits.params) return fail('too_many', field, `at most ${limits.params} members`);
  const isList = Array.isArray(value);
  for (const name of names) {
    const problem =
      (isList ? undefined : checkName(name)) ??
      checkValue((value as Record<string, unknown>)[name], field, depth + 1);
    if (problem) return problem.ok ? problem : { ...problem, field };
  }
  return undefined;
};

type Read = (value: unknown, item: Item, rules: ItemRules) => ItemCheck | undefined;

const text =
  (name: 'site' | 'url' | 'ref' | 'title' | 'vid' | 'sid' | 'ip' | 'ua' | 'lang', bytes: number, pattern?: RegExp): Read =>
  (value, item) => {
    if (typeof value !== 'string') return fail('value_invalid', name, `${name} must be text`);
    if (value === '') return undefined;
    if (tooLong(value, bytes)) return fail('value_too_long', name, `${name} is at most ${bytes} bytes`);
    if (pattern && !pattern.test(value)) return fail('value_invalid', name, `${name} may hold ${pattern.source}`);
    item[name] = value;
    return undefined;
  };

const degrees =
  (name: 'lat' | 'lng', bound: number): Read =>
  (value, item, rules) => {
    if (rules.text && value === '') return undefined;
    const n = readDegrees(value, bound, rules.text === true);
    if (n === undefined) return fail('value_invalid', name, `${name} is a number from -${bound} to ${bound}`);
    item[name] = n;
    return undefined;
  };

/** The reserved names, each with its reader. `at` and `sent` need one another and are read apart. */
const readers: Record<string, Read> = Object.assign(Object.create(null), {
  id: (value, item) => {
    if (!isId(value)) return fail('id_invalid', 'id', 'id must be a UUID');
    item.id = value.toLowerCase();
    return undefined;
  },
  site: text('site', 253, SITE),
  url: text('url', limits.urlBytes),
  ref: text('ref', limits.urlBytes),
  title: text('title', limits.valueBytes),
  vid: text('vid', 128),
  sid: text('sid', 128),
  lat: degrees('lat', 90),
  lng: degrees('lng', 180),
  consent: (value, item) => {
    const consent = readConsent(value);
    if (consent === undefined) return fail('value_invalid', 'consent', 'consent is 0 or 1');
    item.consent = consent;
    return undefined;
  },
} satisfies Record<string, Read>);

const importReaders: Record<string, Read> = Object.assign(Object.create(null), {
  ip: text('ip', 64),
  ua: text('ua', limits.valueBytes * 2),
  lang: text('lang', 128),
} satisfies Record<string, Read>);

const readAt = (at: unknown, sent: unknown, item: Item, rules: ItemRules): ItemCheck | undefined => {
  const time = at === undefined ? undefined : readTime(at);
  if (at !== undefined && time === undefined) {
    return fail('value_invalid', 'at', 'at is ISO 8601 or milliseconds since 1970');
  }
  const clock = sent === undefined ? undefined : readTime(sent);
  if (sent !== undefined && clock === undefined) {
    return fail('value_invalid', 'sent', 'sent is ISO 8601 or milliseconds since 1970');
  }
  if (time === undefined) return undefined;
  const happened = clock === undefined ? time : rules.now - (clock - time);
  const floor = rules.imported ? limits.importFloor : rules.now - limits.behindMs;
  if (happened > rules.now + limits.aheadMs || happened < floor) {
    return fail(
      'at_out_of_range',
      'at',
      rules.imported
        ? 'at lies before 1995 or more than 24 hours ahead'
        : 'at lies more than 30 days back or more than 24 hours ahead',
    );
  }
  item.at = happened;
  return undefined;
};

/**
 * Reads what a sender says of one event: the hot path's hand-written twin of `itemSchema`, which accepts and refuses
 * the same (by test). Never throws, never mutates its input. `properties` has no prototype.
 * @param sent reserved names, `type`, an optional `properties` object; every other name is a property
 */
export const checkItem = (sent: unknown, rules: ItemRules): ItemCheck => {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return fail('item_invalid', '', 'an event is a JSON object');
  }
  const source = sent as Record<string, unknown>;
  const type = source.type;
  if (typeof type !== 'string' || !TYPE.test(type)) {
    return fail('type_invalid', 'type', 'type is 1 to 64 letters, digits, or _ . : -');
  }
  const properties = Object.create(null) as Properties;
  const item: Item = { type, properties };
  const names = Object.keys(source);
  if (names.length > limits.params + 1) return fail('too_many', '', `at most ${limits.params} names`);
  let count = 0;
  for (const name of names) {
    if (name === 'type' || name === 'at' || name === 'sent' || name === 'properties') continue;
    const value = source[name];
    if (value === undefined) continue;
    const read = readers[name];
    const own = read ?? (rules.text ? undefined : importReaders[name]);
    if (own === undefined) {
      const problem = checkName(name) ?? checkValue(value, name, 1);
      if (problem) return problem;
      properties[name] = value as PropertyValue;
      count += 1;
      continue;
    }
    if (read === undefined && !rules.imported) {
      return fail('forbidden', name, `${name} needs a token of scope import`);
    }
    const problem = own(value, item, rules);
    if (problem) return problem;
  }
  const more = source.properties;
  if (more !== undefined) {
    if (rules.text) {
      const problem = checkValue(more, 'properties', 1);
      if (problem) return problem;
      properties.properties = more as PropertyValue;
    } else {
      if (typeof more !== 'object' || more === null || Array.isArray(more)) {
        return fail('value_invalid', 'properties', 'properties is an object');
      }
      for (const name of Object.keys(more)) {
        const value = (more as Record<string, unknown>)[name];
        if (value === undefined) continue;
        const problem = checkName(name) ?? checkValue(value, name, 1);
        if (problem) return problem;
        properties[name] = value as PropertyValue;
        count += 1;
      }
    }
  }
  if (count > limits.params) return fail('too_many', 'properties', `at most ${limits.params} properties`);
  if ((item.lat === undefined) !== (item.lng === undefined)) {
    return fail('value_invalid', item.lat === undefined ? 'lat' : 'lng', 'lat and lng come together');
  }
  const problem = readAt(
    source.at === '' ? undefined : source.at,
    source.sent === '' ? undefined : source.sent,
    item,
    rules,
  );
  return problem ?? { ok: true, item };
};
