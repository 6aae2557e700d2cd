const ISO =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/;
const MILLISECONDS = /^-?\d{1,16}$/;
/** ECMAScript's range of dates, ms either side of 1970. */
const FARTHEST = 8.64e15;

const readNumber = (value: number): number | undefined =>
  Math.abs(value) <= FARTHEST ? Math.trunc(value) : undefined;

/**
 * Epoch ms of a number of milliseconds (as text too) or of ISO 8601 text: a date, or a date and time of day with or
 * without seconds, fraction and zone. Without a zone it is UTC, so that the machine's own zone plays no part.
 * @returns `undefined` for anything else
 */
export const readTime = (value: unknown): number | undefined => {
  if (typeof value === 'number') return readNumber(value);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const match = ISO.exec(value);
  if (!match) return MILLISECONDS.test(value) ? readNumber(Number(value)) : undefined;
  const zoned = match[1] !== undefined && match[2] === undefined ? `${value}Z` : value;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
};
