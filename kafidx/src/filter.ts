import { isId } from '@pushtech/event';
import type { Row } from './row.ts';

/** What a viewer wants to see. A list matches when one of its values does; an empty list lets everything through. */
export interface Filter {
  type: readonly string[];
  site: readonly string[];
  country: readonly string[];
  /** Exact, or with a trailing `*` the beginning. */
  path: readonly string[];
  id: readonly string[];
  bots: boolean;
  dead: boolean;
}

export type FilterReading = { ok: true; filter: Filter } | { ok: false; code: string; message: string };

export const everything: Filter = {
  type: [],
  site: [],
  country: [],
  path: [],
  id: [],
  bots: true,
  dead: true,
};

const VALUES = 20;

interface ListRule {
  test: (value: string) => boolean;
  /** Said after "must be". */
  is: string;
  normal?: (value: string) => string;
}

const lists: Record<'type' | 'site' | 'country' | 'path' | 'id', ListRule> = {
  type: { test: (value) => /^[\w.:-]{1,64}$/.test(value), is: 'letters, digits and . _ : -, at most 64' },
  site: { test: (value) => /^[\w.:-]{1,253}$/.test(value), is: 'a label of a site' },
  country: {
    test: (value) => /^[a-z]{2}$/i.test(value),
    is: 'two letters, as in DE',
    normal: (value) => value.toUpperCase(),
  },
  path: { test: (value) => value.length <= 1024, is: 'at most 1024 characters' },
  id: { test: isId, is: 'the id of an event', normal: (value) => value.toLowerCase() },
};

const isListName = (name: string): name is keyof typeof lists => Object.hasOwn(lists, name);

const readFlag = (value: unknown): boolean | undefined => {
  if (value === '1' || value === 1 || value === true) return true;
  if (value === '0' || value === 0 || value === false) return false;
  return undefined;
};

const readList = (value: unknown, { test, normal }: ListRule): string[] | undefined => {
  const parts: unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',')
      : [value];
  const texts = parts
    .map((part) => (typeof part === 'string' ? part.trim() : undefined))
    .filter((part) => part !== '');
  if (texts.length > VALUES || !texts.every((text) => text !== undefined && test(text))) return undefined;
  const values = normal ? (texts as string[]).map(normal) : (texts as string[]);
  return [...new Set(values)].sort();
};

/**
 * Reads a filter from a query string or a message. An empty value is no condition, up to 20 values stand in a list,
 * separated by commas. The first name or value that cannot be understood is named in the answer.
 */
export const readFilter = (source: Iterable<[name: string, value: unknown]>): FilterReading => {
  const filter: Record<string, unknown> = { ...everything };
  for (const [name, value] of source) {
    const shown = name.slice(0, 64);
    if (name === 'bots' || name === 'dead') {
      const flag = readFlag(value);
      if (flag === undefined)
        return { ok: false, code: 'filter_invalid', message: `${name} must be 0 or 1.` };
      filter[name] = flag;
    } else if (isListName(name)) {
      const values = readList(value, lists[name]);
      if (!values) {
        const message = `${name} must be ${lists[name].is}; at most ${VALUES} values, separated by commas.`;
        return { ok: false, code: 'filter_invalid', message };
      }
      filter[name] = values;
    } else {
      const message = `There is no filter "${shown}": type, site, country, path, id, bots and dead are known.`;
      return { ok: false, code: 'filter_unknown', message };
    }
  }
  return { ok: true, filter: filter as unknown as Filter };
};

/** Equal for filters that let the same rows through. */
export const filterKey = (filter: Filter): string => JSON.stringify(filter);

const oneOf = (wanted: readonly string[], value: string | undefined): boolean =>
  wanted.length === 0 || (value !== undefined && wanted.includes(value));

const pathMatches = (wanted: string, path: string): boolean =>
  wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : path === wanted;

/** Dead letters have neither country nor path: a filter on one of these lets none through. */
export const matches = (filter: Filter, row: Row): boolean => {
  if (row.kind === 'dead' && !filter.dead) return false;
  if (row.bot && !filter.bots) return false;
  if (!oneOf(filter.type, row.type) || !oneOf(filter.site, row.site)) return false;
  if (!oneOf(filter.country, row.country) || !oneOf(filter.id, row.id)) return false;
  const { path } = row;
  return (
    filter.path.length === 0 ||
    (path !== undefined && filter.path.some((wanted) => pathMatches(wanted, path)))
  );
};
