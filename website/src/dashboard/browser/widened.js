// Said where less is known than was asked for.
import { formatIn, say, words } from './context.js';

/** Text for one that was widened. Ends that are still to come say nothing. */
const widenedText = (text, counted, { from, to, at, tz, range }) => {
  const isEarlier = counted.from < from && range !== 'all';
  const isLater = counted.to > to && to < at - 60_000;
  if (!isEarlier && !isLater) return undefined;
  const format = formatIn(tz);
  return say(text, { from: format.dateTime(counted.from), to: format.dateTime(counted.to) });
};

/** What to know of a view: each sentence once. @returns {string[]} */
export const widenedTexts = ({ frame, summary, tables }) => {
  const all = [
    summary && widenedText(words.widened, summary, frame),
    ...Object.values(tables).map((table) => widenedText(words.widenedTables, table, frame)),
  ];
  return [...new Set(all.filter((text) => text !== undefined))];
};
