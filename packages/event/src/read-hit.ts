import { checkItem, type ItemCheck } from './check-item.ts';
import type { Hit } from './hit.ts';
import { isId } from './id.ts';
import { limits } from './limits.ts';
import { parseQuery } from './query.ts';

const VIAS = new Set<unknown>(['pixel', 'post', 'redirect', 'import'] satisfies Hit['via'][]);
/** The last day whose year has four digits. */
const MAX_TIME = Date.UTC(9999, 11, 30);

/** `object`: the value is none, so it has no fields at all. */
export type HitFault = 'object' | keyof Hit;

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MAX_TIME;

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** Either the raw query or a checked item: what comes after looks at them without asking again. */
const hasContent = ({ query, item }: Hit): boolean =>
  query === undefined ? typeof item === 'object' && item !== null : typeof query === 'string';

/** The first field for which a line of the buffer, parsed, is no hit; `undefined` when it is one. Its item is not looked at. */
// Runs for every hit: nothing is made, neither an answer nor a copy.
export const faultOfHit = (value: unknown): HitFault | undefined => {
  if (!isObject(value)) return 'object';
  const hit = value as Hit;
  if (!isId(hit.id)) return 'id';
  if (typeof hit.type !== 'string') return 'type';
  if (!isTime(hit.receivedAt)) return 'receivedAt';
  if (!VIAS.has(hit.via)) return 'via';
  if (!hasContent(hit)) return hit.query === undefined ? 'item' : 'query';
  if (!isText(hit.ip)) return 'ip';
  if (!isText(hit.ua)) return 'ua';
  if (!isText(hit.referer)) return 'referer';
  if (!isText(hit.run)) return 'run';
  return undefined;
};

/** The path names the type; a parameter of that name is the sender's own and stays a property. */
const itemOfQuery = (query: string, { type, receivedAt }: Hit): ItemCheck => {
  const parsed = parseQuery(query, limits);
  if (!parsed.ok) return parsed;
  const { params } = parsed;
  const own = params.type;
  params.type = type;
  const checked = checkItem(params, { now: receivedAt, imported: false, text: true });
  if (checked.ok && own !== undefined) checked.item.properties.type = own.slice(0, limits.valueBytes);
  return checked;
};

/** What the sender of a hit says, checked by the same rules as at the door. */
export const itemOfHit = (hit: Hit): ItemCheck =>
  hit.query !== undefined
    ? itemOfQuery(hit.query, hit)
    : checkItem(hit.item, { now: hit.receivedAt, imported: hit.via === 'import' });
