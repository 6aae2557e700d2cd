import type { LetterSummary } from './letter.ts';

const textNames = ['reason', 'step', 'type', 'site', 'id'] as const;
type TextName = (typeof textNames)[number];

/** Which letters are meant. Times in epoch ms of receipt, half-open. */
export type LetterFilter = { [Name in TextName]?: string } & { from?: number; to?: number };

export type LetterFilterReading = { ok: true; filter: LetterFilter } | { ok: false; field: string };

/** A date and time as a form gives it has no zone: it is meant as UTC, as all times here. */
const readTime = (text: string): number =>
  Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);

/** Reads a filter of a query or a body; other names are left alone, empty values say nothing. */
export const readLetterFilter = (source: Record<string, unknown>): LetterFilterReading => {
  const filter: LetterFilter = {};
  for (const name of textNames) {
    const value = source[name];
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string' || value.length > 256) return { ok: false, field: name };
    filter[name] = value;
  }
  for (const name of ['from', 'to'] as const) {
    const value = source[name];
    if (value === undefined || value === '') continue;
    const time = typeof value === 'string' ? readTime(value) : Number.NaN;
    if (Number.isNaN(time)) return { ok: false, field: name };
    filter[name] = time;
  }
  return { ok: true, filter };
};

export const letterMatches = (filter: LetterFilter, letter: LetterSummary): boolean =>
  textNames.every((name) => filter[name] === undefined || filter[name] === letter[name]) &&
  (filter.from === undefined || letter.atMs >= filter.from) &&
  (filter.to === undefined || letter.atMs < filter.to);

/** For addresses and forms. */
export const filterQuery = (filter: LetterFilter): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [
      name,
      typeof value === 'number' ? new Date(value).toISOString() : value,
    ]),
  );
