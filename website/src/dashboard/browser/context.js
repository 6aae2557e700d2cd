// What every part of the page needs to know.
import { facts, lang } from '@pushtech/ui/browser/facts.js';
import { createFormat } from '@pushtech/ui/browser/format.js';
import { say as sayIn } from '@pushtech/ui/browser/say.js';
import { visible } from '@pushtech/ui/browser/visible.js';

export const { words, base } = facts;

/** @param {string | { one: string, other: string }} text @param {Record<string, string | number>} [values] */
export const say = (text, values) => sayIn(text, values, lang);

const formats = new Map();

/** Numbers and times in the zone of the view. @param {string} [zone] */
export const formatIn = (zone = 'UTC') => {
  if (!formats.has(zone)) formats.set(zone, createFormat({ lang, zone }));
  return formats.get(zone);
};

export const { number, percent, compact, change, country } = formatIn();

const PROPERTY = 'properties.';

/** The name of a table; those of properties are the owner's own. @param {string} table */
export const tableName = (table) =>
  table.startsWith(PROPERTY) ? visible(table.slice(PROPERTY.length)) : words.tables[table];

/** @param {string} table */
export const isOwnName = (table) => table.startsWith(PROPERTY);

/** A value as people read it. @param {string} table @param {string | null} value */
export const valueName = (table, value) => {
  if (value === null) return words.common.notKnown;
  return table === 'country' ? country(value) : visible(value);
};

/** The first and last moment of a span as texts. @param {{ from: number, to: number }} span */
export const spanTexts = ({ from, to }, zone) => {
  const format = formatIn(zone);
  const short = to - from <= 50 * 3_600_000;
  const write = short ? format.dateTime : format.date;
  // The end does not belong to it: whole days are named by their last.
  return { from: write(from), to: write(short ? to : to - 1) };
};

/** The span of a view; all time begins with the first event. */
export const spanOf = ({ frame, line }) =>
  frame.range === 'all' && line ? { from: line.from, to: frame.to } : frame;
