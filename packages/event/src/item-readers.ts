import { isTooLong } from './check-value.ts';
import type { Item } from './hit.ts';
import { isId } from './id.ts';
import { limits } from './limits.ts';
import { SITE_PATTERN } from './patterns.ts';
import { type Problem, problem } from './problem.ts';

/** Puts a sent value into the item, or says why not. `text`: it comes from a query string. */
export type ItemReader = (value: unknown, item: Item, text: boolean) => Problem | undefined;

type TextName = 'site' | 'url' | 'ref' | 'title' | 'vid' | 'sid' | 'ip' | 'ua' | 'lang';

const textReader =
  (name: TextName, bytes: number): ItemReader =>
  (value, item) => {
    if (typeof value !== 'string') return problem('value_invalid', name, `${name} must be text`);
    if (value === '') return undefined;
    if (isTooLong(value, bytes)) {
      return problem('value_too_long', name, `${name} is at most ${bytes} bytes`);
    }
    item[name] = value;
    return undefined;
  };

const readSite: ItemReader = (value, item) => {
  if (value === '') return undefined;
  if (typeof value !== 'string' || !SITE_PATTERN.test(value)) {
    return problem('value_invalid', 'site', 'site is 1 to 253 letters, digits, or _ . : -');
  }
  item.site = value;
  return undefined;
};

const DEGREES = /^[-+]?\d{1,3}(?:\.\d{1,20})?$/;

const degreesReader =
  (name: 'lat' | 'lng', bound: number): ItemReader =>
  (value, item, text) => {
    if (text && value === '') return undefined;
    const n = text && typeof value === 'string' && DEGREES.test(value) ? Number(value) : value;
    if (typeof n !== 'number' || !(Math.abs(n) <= bound)) {
      return problem('value_invalid', name, `${name} is a number from -${bound} to ${bound}`);
    }
    item[name] = n;
    return undefined;
  };

const readId: ItemReader = (value, item) => {
  if (!isId(value)) return problem('id_invalid', 'id', 'id must be a UUID');
  item.id = value.toLowerCase();
  return undefined;
};

const readConsent: ItemReader = (value, item) => {
  switch (value) {
    case true:
    case 1:
    case '1':
    case 'true':
      item.consent = true;
      return undefined;
    case false:
    case 0:
    case '0':
    case 'false':
      item.consent = false;
      return undefined;
    default:
      return problem('value_invalid', 'consent', 'consent is 0 or 1');
  }
};

/** A Map: a name like `constructor` finds nothing in it. */
export const itemReaders: ReadonlyMap<string, ItemReader> = new Map([
  ['id', readId],
  ['site', readSite],
  ['url', textReader('url', limits.urlBytes)],
  ['ref', textReader('ref', limits.urlBytes)],
  ['title', textReader('title', limits.valueBytes)],
  ['vid', textReader('vid', limits.labelBytes)],
  ['sid', textReader('sid', limits.labelBytes)],
  ['lat', degreesReader('lat', 90)],
  ['lng', degreesReader('lng', 180)],
  ['consent', readConsent],
]);

/** What only an import may say. */
export const importReaders: ReadonlyMap<string, ItemReader> = new Map([
  ['ip', textReader('ip', limits.addressBytes)],
  ['ua', textReader('ua', limits.userAgentBytes)],
  ['lang', textReader('lang', limits.labelBytes)],
]);
